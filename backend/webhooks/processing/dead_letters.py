"""Deliveries that are processed once more because somebody asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.database.working import working
from backend.errors import ConflictError, NotFoundError
from backend.webhooks.delivery import ID_PATTERN, Status
from backend.webhooks.store import absent
from backend.webhooks.tables import DeliveryRow

_ONCE_MORE: Final = {
    "status": Status.RECEIVED,
    "run": DeliveryRow.run + 1,
    "attempts": 0,
    "next_attempt_at": None,
    "last_error": None,
}
"""A new run: it has attempts of its own, and a workflow of its own."""


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The deliveries that are not processed any more, and the way back.

    Every method raises `UnavailableError` when the database cannot be used now.

    Args:
        engine: of the database.
        announce: tells that there is something to process.
    """

    _engine: AsyncEngine
    _announce: Callable[[], None]

    async def replay(self, delivery: str) -> int:
        """Let a dead delivery be processed again, behind all fresh ones; return the number of its new run.

        Raises:
            NotFoundError: there is no such delivery.
            ConflictError: it is not dead.
        """
        return await self._again(delivery, Status.DEAD, released=False)

    async def release(self, delivery: str) -> int:
        """Let a delivery in quarantine be processed though it breaks its contract; return the number of its new run.

        Raises:
            NotFoundError: there is no such delivery.
            ConflictError: it is not in quarantine.
        """
        return await self._again(delivery, Status.QUARANTINED, released=True)

    async def replay_many(self, *, source: str | None, event: str | None, limit: int) -> int:
        """Let dead deliveries be processed again, the oldest first; return how many.

        Args:
            source: only those of this source.
            event: only those of this event.
            limit: at most so many.
        """
        dead = select(DeliveryRow.id).where(DeliveryRow.status == Status.DEAD)
        if source is not None:
            dead = dead.where(DeliveryRow.source == source)
        if event is not None:
            dead = dead.where(DeliveryRow.event == event)
        chosen = dead.order_by(DeliveryRow.id).limit(limit).with_for_update(skip_locked=True, key_share=True).cte()
        again = update(DeliveryRow).where(DeliveryRow.id == chosen.c.id).values(_ONCE_MORE)
        async with working(self._engine), self._engine.begin() as connection:
            replayed = (await connection.execute(again)).rowcount
        self._announce()
        return replayed

    async def _again(self, delivery: str, status: Status, *, released: bool) -> int:
        if not re.fullmatch(ID_PATTERN, delivery):  # others may hold what PostgreSQL cannot take
            raise absent(delivery)
        released_too = {"released": True} if released else {}
        again = (
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery, DeliveryRow.status == status)
            .values({**_ONCE_MORE, **released_too})
            .returning(DeliveryRow.run)
        )
        async with working(self._engine), self._engine.begin() as connection:
            run: int | None = await connection.scalar(again)
            if run is None:
                raise await _refusal(connection, delivery, status)
        self._announce()
        return run


async def _refusal(connection: AsyncConnection, delivery: str, wanted: Status) -> NotFoundError | ConflictError:
    status = await connection.scalar(select(DeliveryRow.status).where(DeliveryRow.id == delivery))
    if status is None:
        return absent(delivery)
    return ConflictError(
        f"the delivery is {status.value}, and only one that is {wanted.value} can be processed again this way: "
        f"see GET /api/webhooks/deliveries/{delivery}"
    )
