"""For tests, and for whoever extends tapecheck: a stand-in for providers in this very process, and their deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import time
from uuid import uuid4

from tapecheck.checking import sound
from tapecheck.checking.locks import Lock, Locks
from tapecheck.contracts import Contract, Contracts, bundled_contracts
from tapecheck.delivering import Signing, addressed, compose, generated, recorded
from tapecheck.errors import UsageError
from tapecheck.faults import FAULTS, find_fault
from tapecheck.generation import PlainSource, RandomSource
from tapecheck.serving import CASSETTE_HEADER, FAULT_HEADER, Log, Server, StandIn, Tapes, chosen

__all__ = [
    "CASSETTE_HEADER",
    "FAULTS",
    "FAULT_HEADER",
    "RecordedDelivery",
    "generated_delivery",
    "recorded_deliveries",
    "signed_headers",
    "stand_in",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDelivery:
    """A delivery on a cassette.

    Attributes:
        provider: whose it is.
        event: its name in the contract.
        url: whereto it was sent.
        headers: as they were sent.
        body: likewise.
        secret: that signed it, as `cassettes.lock` says; None where nobody knows.
    """

    provider: str
    event: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    secret: str | None


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
        FaultError: there is no such fault.
        UsageError: a provider has no contract.
    """
    known = chosen(sound(contracts or bundled_contracts()), providers)
    tapes = Tapes.load(list(cassettes), known)
    for problem in tapes.problems:
        raise problem
    found = None if fault is None else find_fault(fault)
    answerer = StandIn(known, tapes, found, RandomSource if vary else lambda number: PlainSource())
    with Server(answerer.answer, log=Log(known, log) if log else lambda request, answer: None) as server:
        yield server.url


def recorded_deliveries(path: Path, *, contracts: Path | None = None) -> Iterator[RecordedDelivery]:
    """Yield the recorded deliveries of events that a contract declares, in the order of files and tapes.

    Args:
        path: a cassette, or a folder of them.
        contracts: their folder, which is read once; None is for those that come with tapecheck.

    Raises:
        ContractError: a contract is broken.
        CassetteError: a cassette or its lock cannot be read.
    """
    locks = Locks([Path(path.resolve().anchor)])
    for one in recorded([path], _known(contracts)):
        yield RecordedDelivery(
            provider=one.match.contract.provider,
            event=one.event,
            url=one.request.uri,
            headers=one.request.headers.fields,
            body=one.request.body.content,
            secret=_secret(locks.above(one.path), one.path),
        )


def generated_delivery(provider: str, event: str, *, seed: int | None = None, contracts: Path | None = None) -> bytes:
    """Return the body of a delivery that the contract allows: JSON.

    Args:
        provider: whose delivery.
        event: its name in the contract.
        seed: the plainest example if None, else any; one seed always gives the same, but for the id.
        contracts: their folder, which is read once; None is for those that come with tapecheck.

    Raises:
        ContractError: a contract is broken.
        GenerationError: the contract allows no example.
        UsageError: there is no such provider or event.
    """
    contract = _declaring(provider, event, contracts)
    source = PlainSource() if seed is None else RandomSource(seed)
    return generated(contract, event, source, uuid4()).body


def signed_headers(
    provider: str,
    event: str,
    body: bytes,
    secret: str | None,
    now: float | None = None,
    contracts: Path | None = None,
) -> dict[str, str]:
    """Return the headers with which a provider sends a body of JSON: content type, event, id and signature.

    Args:
        provider: whose delivery.
        event: its name in the contract.
        body: as it will be sent, byte by byte.
        secret: as the provider shows it; None for no signature.
        now: seconds since 1970; None is for the time of this machine.
        contracts: their folder, which is read once; None is for those that come with tapecheck.

    Raises:
        ConfigurationError: the secret is not of the form that the contract says.
        ContractError: a contract is broken.
        UsageError: there is no such provider or event.
    """
    contract = _declaring(provider, event, contracts)
    delivery = addressed(contract, event, body, uuid4())
    return dict(compose(delivery, Signing(secret=secret, now=time() if now is None else now)).headers)


def _secret(lock: Lock | None, cassette: Path) -> str | None:
    if lock is None:
        return None
    if lock.problem is not None:
        raise lock.problem
    entry = lock.entry(cassette)
    return None if entry is None else entry.secret


@cache
def _at(folder: Path) -> Contracts:
    return sound(folder)


def _known(folder: Path | None) -> Contracts:
    """Read contracts once, also where the working directory changes and the folder is named from it."""
    return _at((folder or bundled_contracts()).absolute())


def _declaring(provider: str, event: str, folder: Path | None) -> Contract:
    """Return the contract of a provider, if it declares the event."""
    known = chosen(_known(folder), [provider])
    contract = known.by_provider[provider]
    if contract.webhooks is None or event not in contract.webhooks.events:
        raise UsageError(f"the contract of {provider!r} declares no event {event!r}", path=contract.path)
    return contract
