"""`tapecheck deliver`."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tapecheck.checking import sound
from tapecheck.cli.folders import contracts_folder
from tapecheck.errors import FaultError, UsageError
from tapecheck.project import Project, find_project, working_directory

if TYPE_CHECKING:
    from tapecheck.contracts import Contract, Contracts, Webhooks
    from tapecheck.delivering import Attempt, Clock, Delivery, Fault, Recorded, Target

_LISTED = 10
"""Events that are named where one is not known; a contract may have hundreds."""


def deliver(options: argparse.Namespace) -> int:
    """Send deliveries of a provider to a URL, signed and repeated as the provider does it.

    Returns:
        0 when all were acknowledged, 1 when one was not.

    Raises:
        UsageError: something is missing, or does not go together.
        FaultError: the fault is unknown, or cannot befall these deliveries.
        ConfigurationError: a setting is wrong, or the secret is not of the form that the contract says.
        ContractError: a contract is broken.
        GenerationError: a contract allows no example.
        CassetteError: a cassette cannot be read or written.
    """
    if options.list_faults:
        return _list_faults()
    from tapecheck.delivering import Clock, Sent, save

    run = _Run.of(options, find_project(working_directory()), Clock())
    deliveries = run.deliveries()
    if run.secret is None and run.webhooks.signatures:
        _warn("no --secret and no --secret-env: deliveries are sent unsigned")
    sent = [attempt for delivery in deliveries for attempt in run.delivered(delivery)]
    acknowledged = sum(one.acknowledged for one in sent)
    ended = sum(one.next_in is None for one in sent)
    if ended > 1:
        print(f"{acknowledged} of {ended} acknowledged")
    if options.save is not None:
        today = datetime.now(UTC).date()
        tape = Sent(contract=run.contract, target=run.target, attempts=sent, secret=run.secret, today=today)
        if not save(tape, options.save, run.project.cassettes):
            _warn(f"nothing was answered, so {options.save} is not written")
    return int(acknowledged < ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What the options ask for, looked up."""

    options: argparse.Namespace
    project: Project
    contracts: Contracts
    contract: Contract
    webhooks: Webhooks
    target: Target
    secret: str | None
    fault: Fault
    clock: Clock

    @classmethod
    def of(cls, options: argparse.Namespace, project: Project, clock: Clock) -> _Run:
        """Look up what the options name."""
        from tapecheck.delivering import SOUND, Target, find_fault
        from tapecheck.serving import chosen

        _check(options)
        contracts = chosen(sound(contracts_folder(options.contracts, project)), [options.provider])
        contract = contracts.by_provider[options.provider]
        if contract.webhooks is None:
            raise UsageError(f"the contract of {options.provider!r} declares no webhooks", path=contract.path)
        return cls(
            options=options,
            project=project,
            contracts=contracts,
            contract=contract,
            webhooks=contract.webhooks,
            target=Target.of(options.to),
            secret=_secret(options, contract.webhooks),
            fault=SOUND if options.fault is None else find_fault(options.fault),
            clock=clock,
        )

    def deliveries(self) -> Sequence[Delivery]:
        """Return what is to be delivered, in order."""
        events = sorted(self.webhooks.events) if self.options.all else [_known(self.options.event, self.webhooks)]
        tapes = [] if _generates(self.options) else list(self._recorded())
        found = [one for event in events for one in islice(self._source(event, tapes), self.options.count)]
        if self.fault.several and len(found) < 2:
            raise FaultError(
                f"the fault {self.fault.name!r} befalls several deliveries only, and there is one",
                hint="Ask for more with --count or --all.",
            )
        return self.fault.order(found)

    def delivered(self, delivery: Delivery) -> Iterator[Attempt]:
        """Deliver, and say how each attempt went."""
        from tapecheck.delivering import Signing, attempts, compose, post

        delays = () if self.options.no_retries else self.webhooks.retries
        for attempt in attempts(
            lambda: compose(delivery, Signing(secret=self.secret, now=self.clock.now()), self.fault),
            partial(post, self.target, clock=self.clock),
            [delay / self.options.speed for delay in delays],
            self.clock,
        ):
            print(f"{self.contract.provider} {delivery.event} ({delivery.origin}): {_went(attempt)}", flush=True)
            yield attempt

    def _source(self, event: str, tapes: Sequence[Recorded]) -> Iterator[Delivery]:
        """Yield deliveries of an event without end: the recorded ones in turn, or generated ones."""
        from tapecheck.delivering import again, generated
        from tapecheck.generation import PlainSource, RandomSource

        if found := [one for one in tapes if one.event == event]:
            yield from (again(one, uuid4()) for one in cycle(found))
        if self.options.cassette is not None:
            raise UsageError(f"{self.options.cassette} holds no delivery of {self.contract.provider} {event}")
        varied, seed = self.options.vary or self.options.seed is not None, self.options.seed or 0
        while True:
            source = RandomSource(seed) if varied else PlainSource()
            yield generated(self.contract, event, source, uuid4(), form=self.options.form)
            seed += 1

    def _recorded(self) -> Iterator[Recorded]:
        from tapecheck.delivering import recorded

        paths = [self.options.cassette] if self.options.cassette else _webhook_folders(self.project, self.contract)
        return recorded(paths, self.contracts)


def _check(options: argparse.Namespace) -> None:
    """See that the options go together."""
    for given, what in ((options.provider, "the PROVIDER"), (options.to, "--to URL")):
        if given is None:
            raise UsageError(f"{what} is missing", hint="Such as: tapecheck deliver PROVIDER EVENT --to URL")
    if (options.event is None) is not options.all:
        raise UsageError("expected either the EVENT or --all, and not both")
    if options.cassette is not None and _generates(options):
        raise UsageError(
            "--cassette takes what was recorded; --vary, --seed and --form generate: expected one of the two"
        )


def _generates(options: argparse.Namespace) -> bool:
    """Tell whether the options ask for generated deliveries, though there are recorded ones."""
    return bool(options.vary or options.form or options.seed is not None)


def _known(event: str, webhooks: Webhooks) -> str:
    if event in webhooks.events:
        return event
    close = difflib.get_close_matches(event, webhooks.events, n=3)
    others = len(webhooks.events) - _LISTED
    listed = ", ".join(sorted(webhooks.events)[:_LISTED]) + (f" and {others} more" if others > 0 else "")
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {listed}."
    raise UsageError(f"the contract declares no event {event!r}", hint=hint)


def _secret(options: argparse.Namespace, webhooks: Webhooks) -> str | None:
    """Return the secret that the options give, or None."""
    if options.secret_env is not None:
        secret = os.environ.get(options.secret_env)
        if not secret:
            raise UsageError(f"the environment variable {options.secret_env} is not set: it holds the webhook secret")
    else:
        secret = options.secret
    if secret is not None and not webhooks.signatures:
        raise UsageError("a secret is given, and the contract declares no signature")
    return str(secret) if secret is not None else None


def _webhook_folders(project: Project, contract: Contract) -> list[Path]:
    """Return where the project has recorded deliveries of a provider."""
    files = [path for path in project.cassettes if path.is_file()]
    folders = [path / contract.provider / "webhooks" for path in project.cassettes]
    return [*files, *(folder for folder in folders if folder.is_dir())]


def _went(attempt: Attempt) -> str:
    """Say how an attempt went, and what comes next."""
    from tapecheck.delivering import NoAnswer

    result = attempt.result
    what = f"no answer, {result.reason}" if isinstance(result, NoAnswer) else f"{result.status} {result.reason}".strip()
    what = "".join(one if one.isprintable() else repr(one)[1:-1] for one in what.strip())  # it is the receiver's
    then = "acknowledged" if attempt.acknowledged else "given up"
    if attempt.next_in is not None:
        then = f"again in {attempt.next_in:g} s" if attempt.next_in else "again at once"
    return f"attempt {attempt.number}, {what}, {attempt.seconds * 1000:.0f} ms: {then}"


def _warn(message: str) -> None:
    print(f"tapecheck: {message}", file=sys.stderr, flush=True)


def _list_faults() -> int:
    from tapecheck.delivering import FAULTS

    width = max(map(len, FAULTS))
    for fault in FAULTS.values():
        print(f"{fault.name:<{width}}  {fault.summary}")
    return 0
