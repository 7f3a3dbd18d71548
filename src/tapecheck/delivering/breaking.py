"""A body that breaks its schema: one that lacks a field which is required."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.checking import RustEngine
from tapecheck.delivering.bodies import decoded, encoded, replaced
from tapecheck.delivering.delivery import Delivery
from tapecheck.errors import FaultError
from tapecheck.model import JSONValue


def broken(delivery: Delivery) -> bytes:
    """Return the body of a delivery without a field that its schema requires, the last one of the outermost there are.

    The event keeps its name, so that its receiver knows what it is.

    Raises:
        FaultError: the schema requires no field.
    """
    value = decoded(delivery.contract, delivery.webhooks, delivery.headers, delivery.body)
    engine = RustEngine(delivery.contract.schemas)
    for candidate in _shorter(value):
        named = delivery.webhooks.event(delivery.headers, candidate) == delivery.event
        if named and not engine.is_valid(delivery.schema.uri, candidate):
            return encoded(delivery.webhooks, delivery.headers.get("content-type"), candidate)
    raise FaultError(
        f"the fault 'broken-contract' cannot befall the event {delivery.event!r}: its schema requires no field",
        path=delivery.schema.path,
    )


def _shorter(value: JSONValue) -> Iterator[JSONValue]:
    """Yield an object without one of its fields, the outer fields first."""
    if not isinstance(value, dict):
        return
    for name in reversed(value):
        yield {key: one for key, one in value.items() if key != name}
    for name, below in value.items():
        for shorter in _shorter(below):
            yield replaced(value, (name,), shorter)
