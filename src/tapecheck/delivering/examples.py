"""Deliveries that nobody recorded: made from the contract."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from tapecheck.checking import RustEngine
from tapecheck.contracts import Contract, Webhooks
from tapecheck.delivering.bodies import FORM, JSON, decoded, encoded, replaced
from tapecheck.delivering.delivery import Delivery
from tapecheck.delivering.heading import headed, id_of, known_by, name_header
from tapecheck.delivering.ids import renewed
from tapecheck.errors import GenerationError
from tapecheck.generation import Generator, Source
from tapecheck.generation.wishes import at
from tapecheck.model import Headers, JSONValue


def generated(contract: Contract, event: str, source: Source, fresh: UUID, *, form: bool = False) -> Delivery:
    """Return a delivery that a contract allows.

    Args:
        contract: which declares the event.
        event: its name.
        source: of choices.
        fresh: of which the id is made.
        form: whether the body is form-encoded.

    Raises:
        GenerationError: the contract allows no example.
    """
    webhooks = _declared(contract, event)
    value = _with_new_id(contract, webhooks, event, _value(contract, webhooks, event, source), fresh)
    media = FORM if form else JSON
    return addressed(contract, event, encoded(webhooks, media, value), fresh, media)


def addressed(contract: Contract, event: str, body: bytes, fresh: UUID, media: str = JSON) -> Delivery:
    """Return the delivery of a body.

    Args:
        contract: which declares the event.
        event: its name.
        body: as it will be signed.
        fresh: of which the id is made, where the body has none.
        media: type of the body.

    Raises:
        GenerationError: the event is not declared, or a header is asked for that cannot be made.
    """
    webhooks = _declared(contract, event)
    value = decoded(contract, webhooks, Headers((("content-type", media),)), body)
    number = id_of(webhooks, value, fresh)
    return Delivery(
        contract=contract,
        webhooks=webhooks,
        event=event,
        id=number,
        headers=headed(webhooks, event, value, number, media),
        body=body,
        scheme=next(iter(webhooks.signatures), None),
        origin="generated",
    )


def _declared(contract: Contract, event: str) -> Webhooks:
    if contract.webhooks is None or event not in contract.webhooks.events:
        raise GenerationError(f"the contract declares no event {event!r}", path=contract.path)
    return contract.webhooks


def _value(contract: Contract, webhooks: Webhooks, event: str, source: Source) -> JSONValue:
    """Return a body that bears the event's name, and by which the provider is known."""
    generator, uri = Generator(contract), webhooks.events[event].uri
    header = name_header(webhooks)
    named = Headers(() if header is None else ((header, event),))
    last = "no table of `recognised` holds for what its schema allows, or it bears another name"
    for wishes in _wishes(webhooks, event):
        try:
            value = generator.value(uri, source, wishes)
        except GenerationError as error:
            last = error.message
            continue
        if webhooks.event(named, value) == event and known_by(webhooks, value) is not None:
            return value
    raise GenerationError(f"no example of a delivery of {event!r} was found; the last: {last}", path=contract.path)


def _wishes(webhooks: Webhooks, event: str) -> Iterator[list[JSONValue]]:
    """Yield what a body shall have beyond its schema: at first nothing, then the name, then what it is known by."""
    pointers = [place.pointer for place in webhooks.name if place.header is None]
    names: list[list[JSONValue]] = [[], *([at(one, {"const": event}, needed=True)] for one in pointers)]
    for conditions in ((), *(table.body for table in webhooks.recognised if table.body)):
        known = [at(pointer, _text(pattern.pattern), needed=True) for pointer, pattern in conditions]
        yield from ([*name, *known] for name in names)


def _text(pattern: str) -> JSONValue:
    return {"type": ["string", "number", "boolean"], "pattern": pattern}


def _with_new_id(contract: Contract, webhooks: Webhooks, event: str, value: JSONValue, fresh: UUID) -> JSONValue:
    """Return a body with a new id where the provider writes it there, and the schema allows another."""
    for place in webhooks.id:
        old = place.value(Headers(), value)
        if place.header is None and old is not None:
            changed = replaced(value, place.pointer, renewed(old, fresh))
            return changed if RustEngine(contract.schemas).is_valid(webhooks.events[event].uri, changed) else value
    return value
