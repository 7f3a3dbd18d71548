"""Which deliveries wait to be processed, and which may have been forgotten while they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, DateTime, Integer, Row, Text, bindparam, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.database.working import working
from backend.webhooks.delivery import Status
from backend.webhooks.tables import DeliveryRow

_RECEIVED: Final[ColumnElement[Status]] = literal_column("'received'")
_PROCESSING: Final[ColumnElement[Status]] = literal_column("'processing'")
"""Written out, so that every plan may use the partial index."""

_TASK: Final = (DeliveryRow.run, DeliveryRow.id, DeliveryRow.source, DeliveryRow.event)
_WAITING: Final = (
    select(DeliveryRow.id)
    .where(DeliveryRow.status == _RECEIVED)
    .order_by(DeliveryRow.run, DeliveryRow.id)
    .limit(bindparam("b_limit", type_=Integer))
    .with_for_update(skip_locked=True, key_share=True)
    .cte("waiting")
)
_TAKE: Final = (
    update(DeliveryRow).where(DeliveryRow.id == _WAITING.c.id).values(status=Status.PROCESSING).returning(*_TASK)
)
_OVERDUE: Final = (
    select(*_TASK)
    .where(
        DeliveryRow.status == _PROCESSING,
        DeliveryRow.id > bindparam("b_after", type_=Text),
        or_(
            DeliveryRow.next_attempt_at.is_(None),
            DeliveryRow.next_attempt_at < bindparam("b_now", type_=DateTime(timezone=True)),
        ),
    )
    .order_by(DeliveryRow.id)
    .limit(bindparam("b_limit", type_=Integer))
)
_GIVE_UP: Final = (
    update(DeliveryRow)
    .where(
        DeliveryRow.id == bindparam("b_delivery", type_=Text),
        DeliveryRow.run == bindparam("b_run", type_=Integer),
        DeliveryRow.status == _PROCESSING,
    )
    .values(status=Status.DEAD, next_attempt_at=None, last_error=bindparam("b_error", type_=Text))
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Task:
    """One processing of one delivery; fresh ones come before those that are replayed, older ones before younger ones.

    Attributes:
        run: which processing.
        delivery: its id.
        source, event: of the delivery.
    """

    run: int
    delivery: str
    source: str = field(compare=False)
    event: str | None = field(compare=False)

    @property
    def workflow(self) -> str:
        """Return the id of the workflow that does it."""
        return f"{self.delivery}-{self.run}"


@dataclass(frozen=True, slots=True)
class Queue:
    """The deliveries in the database, as work to be done.

    Every method raises `UnavailableError` when the database cannot be used now.
    """

    _engine: AsyncEngine

    async def take(self, limit: int) -> Sequence[Task]:
        """Set deliveries that wait to `processing`, at most so many; nobody else gets the same ones."""
        async with working(self._engine), self._engine.begin() as connection:
            rows = await connection.execute(_TAKE, {"b_limit": limit})
            return sorted(map(_task, rows))

    async def overdue(self, now: datetime, *, after: str, limit: int) -> Sequence[Task]:
        """Return deliveries in processing that have no attempt before them, or one that is due, in the order of ids.

        Args:
            now: the time of day.
            after: an id; those up to it are left out.
            limit: at most so many.
        """
        async with working(self._engine), self._engine.connect() as connection:
            rows = await connection.execute(_OVERDUE, {"b_now": now, "b_after": after, "b_limit": limit})
            return list(map(_task, rows))

    async def give_up(self, task: Task, error: str) -> bool:
        """Put a delivery to the dead letters, and tell whether this run of it was still in processing."""
        values = {"b_delivery": task.delivery, "b_run": task.run, "b_error": error}
        async with working(self._engine), self._engine.begin() as connection:
            return (await connection.execute(_GIVE_UP, values)).rowcount == 1


def _task(row: Row[*tuple[object, ...]]) -> Task:
    return Task(run=row.run, delivery=row.id, source=row.source, event=row.event)
