"""What is done with a delivery, chosen by its source and its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.clock import Clock
from backend.webhooks.delivery import Delivery
from backend.webhooks.tables import EventRow

ANY: Final = "*"
"""Stands for every source, or for every event."""

_ENTER: Final = insert(EventRow)


class Handler(Protocol):
    """Does what a delivery asks for, through a connection whose transaction also marks the delivery as processed.

    It neither commits nor rolls back: what it wrote is kept if it returns, and undone if it raises. Effects outside of
    the database may be repeated, as it is called again after a failure or a crash; `delivery.id` stays the same.
    """

    async def __call__(self, delivery: Delivery, connection: AsyncConnection, /) -> None:
        """Handle a delivery; whatever it raises is a failed attempt."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers there are; without one, an event is only entered into the journal."""

    _chosen: Mapping[tuple[str, str], Handler] = field(default_factory=lambda: MappingProxyType({}))

    def on(self, source: str, event: str, handler: Handler) -> Handlers:
        """Return these handlers and one more; it takes the place of one for the same source and event.

        Args:
            source: who sends it, or `*`.
            event: its name, or `*` for every event and for deliveries without one.
            handler: handles it.
        """
        return Handlers(MappingProxyType({**self._chosen, (source, event): handler}))

    def find(self, source: str, event: str | None) -> Handler | None:
        """Return the most specific handler: a source counts for more than an event."""
        names = (event, ANY) if event is not None else (ANY,)
        places = [(place, name) for place in (source, ANY) for name in names]
        return next((self._chosen[place] for place in places if place in self._chosen), None)


def journal(clock: Clock) -> Handler:
    """Return the handler that enters an event into the journal."""

    async def enter(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await connection.execute(
            _ENTER,
            {
                "delivery": delivery.id,
                "source": delivery.source,
                "event": delivery.event,
                "recorded_at": clock.now(),
            },
        )

    return enter
