"""`tapecheck serve`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from tapecheck.checking import sound
from tapecheck.cli.folders import contracts_folder
from tapecheck.errors import UsageError
from tapecheck.project import find_project, working_directory

if TYPE_CHECKING:
    from tapecheck.model import Request
    from tapecheck.serving import Answer, Log, StandIn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TICK = 0.5
"""Seconds between looks at whether to stop; on Windows nothing else interrupts the waiting."""


def serve(options: argparse.Namespace) -> int:
    """Stand in for providers, on this machine.

    Raises:
        UsageError: a provider has no contract, or the port cannot be listened on.
        FaultError: there is no such fault, or no server can cause it.
        ConfigurationError: a setting is wrong.
        ContractError: a contract is broken.
    """
    if options.list_faults:
        return _list_faults()
    from tapecheck.generation import PlainSource, RandomSource
    from tapecheck.serving import Log, StandIn, Tapes, chosen, servable

    project = find_project(working_directory())
    contracts = chosen(sound(contracts_folder(options.contracts, project)), options.providers)
    tapes = Tapes.load(options.cassettes or project.cassettes, contracts)
    for problem in tapes.problems:
        print(f"tapecheck: {problem}", file=sys.stderr)
    fault = servable(options.fault) if options.fault is not None else None
    sources = RandomSource if options.vary else lambda number: PlainSource()
    log = Log(contracts, _note) if options.log else None
    _run(StandIn(contracts, tapes, fault, sources), options.port, log)
    return 0


def _run(standin: StandIn, port: int, log: Log | None) -> None:
    from tapecheck.serving import Server

    with _stop_on_signals() as stop:
        try:
            server = Server(standin.answer, port=port, log=log or _say_nothing)
        except OSError as error:
            hint = "Choose another with --port; 0 takes any that is free."
            raise UsageError(f"port {port} cannot be listened on: {error.strerror}", hint=hint) from error
        with server:
            _say("\n".join([server.url, *(f"{name} {server.url}/{name}" for name in standin.providers)]))
            _wait(stop)


@contextmanager
def _stop_on_signals() -> Iterator[SimpleQueue[int]]:
    """Give a queue that gets a signal when the process is asked to end; its `put` may be called in a handler."""
    stop: SimpleQueue[int] = SimpleQueue()
    before = {number: signal.signal(number, lambda number, _: stop.put(number)) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(stop: SimpleQueue[int]) -> None:
    while True:
        try:
            stop.get(timeout=_TICK)
        except Empty:
            continue
        return


def _say_nothing(request: Request, answer: Answer) -> None:
    """Be the log where none is asked for."""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _note(line: str) -> None:
    """Say a line of the log; whoever read it may be gone, and requests are to be answered all the same."""
    with suppress(OSError):
        _say(line)


def _list_faults() -> int:
    from tapecheck.faults import FAULTS

    width = max(map(len, FAULTS))
    for fault in FAULTS.values():
        print(f"{fault.name:<{width}}  {fault.summary}{' (in tests only)' if fault.unreached else ''}")
    return 0
