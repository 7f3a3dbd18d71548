"""A stand-in for providers in the very process of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tapecheck.checking import sound
from tapecheck.contracts import bundled_contracts
from tapecheck.generation import PlainSource, RandomSource
from tapecheck.serving import Log, Server, StandIn, Tapes, chosen, servable


@contextmanager
def stand_in(
    *,
    contracts: Path | None = None,
    cassettes: Iterable[Path] = (),
    providers: Iterable[str] = (),
    fault: str | None = None,
    vary: bool = False,
    log: Callable[[str], object] | None = None,
) -> Iterator[str]:
    """Stand in for providers at any free port of this machine, as `tapecheck serve` does, and give the base URL.

    Each provider is below `<base URL>/<its name>/`. The requests that a recording answers are answered with it, others
    with what the contract allows.

    Args:
        contracts: their folder; None is for those that come with tapecheck.
        cassettes: files of recordings, or folders of them.
        providers: those to stand in for; all that have a contract if there are none.
        fault: befalls every answer that it can befall.
        vary: whether generated answers are of any kind that the contract allows, and not the plainest.
        log: takes a line for each request; see `tapecheck serve --log`.

    Raises:
        ContractError: a contract is broken.
        CassetteError: a cassette cannot be read.
        FaultError: there is no such fault, or no server can cause it.
        UsageError: a provider has no contract.
    """
    known = chosen(sound(contracts or bundled_contracts()), providers)
    tapes = Tapes.load(list(cassettes), known)
    for problem in tapes.problems:
        raise problem
    found = None if fault is None else servable(fault)
    answerer = StandIn(known, tapes, found, RandomSource if vary else lambda number: PlainSource())
    with Server(answerer.answer, log=Log(known, log) if log else lambda request, answer: None) as server:
        yield server.url
