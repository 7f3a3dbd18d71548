"""Deliveries as providers send them: from cassettes, or made from contracts, with the headers that go with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time
from uuid import uuid4

from tapecheck.checking.locks import Lock, Locks
from tapecheck.contracts import Contract
from tapecheck.delivering import Signing, addressed, compose, generated, recorded
from tapecheck.errors import UsageError
from tapecheck.generation import PlainSource, RandomSource
from tapecheck.serving import chosen
from tapecheck.testing.reading import known_contracts


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
    for one in recorded([path], known_contracts(contracts)):
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


def _declaring(provider: str, event: str, folder: Path | None) -> Contract:
    """Return the contract of a provider, if it declares the event."""
    known = chosen(known_contracts(folder), [provider])
    contract = known.by_provider[provider]
    if contract.webhooks is None or event not in contract.webhooks.events:
        raise UsageError(f"the contract of {provider!r} declares no event {event!r}", path=contract.path)
    return contract
