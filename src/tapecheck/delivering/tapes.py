"""Deliveries that were recorded: found in cassettes, and made ready to be sent again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tapecheck.cassettes import discover, read
from tapecheck.checking.delivery import read_delivery
from tapecheck.contracts import Contracts, DeliveryMatch, Place, Webhooks
from tapecheck.delivering.bodies import decoded
from tapecheck.delivering.delivery import Delivery, with_fields, without_fields
from tapecheck.delivering.ids import renewed
from tapecheck.errors import CassetteError
from tapecheck.model import Headers, Request

_OF_THE_CONNECTION = frozenset(
    (
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""What speaks of one connection (RFC 9110, 7.6.1) and of how the body was packed, which the recording has undone."""

_LEAST = 8
"""Characters without which an id is too common a text to be replaced in a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A delivery on a tape.

    Attributes:
        match: whose it is, and which event.
        event: its name, which the contract declares.
        request: as it was sent.
        path: of the cassette.
    """

    match: DeliveryMatch
    event: str
    request: Request
    path: Path


def recorded(paths: Iterable[Path], contracts: Contracts) -> Iterator[Recorded]:
    """Yield the deliveries of declared events in cassettes, in the order of files and tapes.

    Args:
        paths: files and folders of cassettes.
        contracts: which know the deliveries.

    Raises:
        CassetteError: a cassette cannot be read.
    """
    for path in discover(paths):
        if isinstance(path, CassetteError):
            raise path
        for interaction in read(path).interactions:
            found = read_delivery(contracts, interaction.request)
            if found is not None and found.match.event is not None and found.match.schema is not None:
                yield Recorded(match=found.match, event=found.match.event, request=interaction.request, path=path)


def again(found: Recorded, fresh: UUID) -> Delivery:
    """Return a recorded delivery that is to be sent again, with a new id and without its signature.

    Args:
        found: what was recorded.
        fresh: of which the new id is made.
    """
    webhooks, request = found.match.webhooks, found.request
    headers, body = without_fields(request.headers, _OF_THE_CONNECTION), request.body.content
    value = decoded(found.match.contract, webhooks, headers, body)
    old = [(place, known) for place in webhooks.id if (known := place.value(headers, value)) is not None]
    new = renewed(old[0][1], fresh) if old else str(fresh)
    for place, known in old:
        headers, body = _with_id(headers, body, place, (known, new))
    return Delivery(
        contract=found.match.contract,
        webhooks=webhooks,
        event=found.event,
        id=new,
        headers=without_fields(headers, _signing(webhooks)),
        body=body,
        scheme=webhooks.scheme(request.headers) or next(iter(webhooks.signatures), None),
        origin=found.path.name,
    )


def _with_id(headers: Headers, body: bytes, place: Place, ids: tuple[str, str]) -> tuple[Headers, bytes]:
    old, new = ids
    if place.header is not None:
        return with_fields(headers, Headers(((place.header, new),))), body
    return headers, body.replace(old.encode(), new.encode()) if len(old) >= _LEAST else body


def _signing(webhooks: Webhooks) -> frozenset[str]:
    """Return the names of the headers that sign deliveries, but for the id, which may tell more than that."""
    times = {one.timestamp.header for one in webhooks.signatures if one.timestamp is not None}
    return frozenset(name for name in {one.header for one in webhooks.signatures} | times if name is not None)
