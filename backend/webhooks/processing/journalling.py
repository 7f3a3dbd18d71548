"""The first attempts of deliveries that only go into the journal: many in one transaction, as none of them can fail.

What has a handler or breaks its contract is left to `Attempts`, and so is everything if the
transaction fails: this is a shorter way to the same rows, and `kill -9` leaves them as it does there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ARRAY, DateTime, Text, any_, bindparam, insert, literal, null, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.clock import Clock
from backend.database.working import working
from backend.errors import UnavailableError
from backend.webhooks.delivery import Status
from backend.webhooks.processing import ledger
from backend.webhooks.processing.handlers import Handlers
from backend.webhooks.processing.inspection import Inspector
from backend.webhooks.processing.queue import Task
from backend.webhooks.tables import AttemptRow, DeliveryRow, EventRow

_STARTED: Final = bindparam("b_started", type_=DateTime(timezone=True))
_NOW: Final = bindparam("b_now", type_=DateTime(timezone=True))

_ENDED: Final = (
    update(DeliveryRow)
    .where(DeliveryRow.id == any_(bindparam("b_deliveries", type_=ARRAY(Text))))
    .values(status=Status.PROCESSED, attempts=1, processed_at=_NOW, next_attempt_at=null(), last_error=null())
    .returning(DeliveryRow.id, DeliveryRow.run, DeliveryRow.source, DeliveryRow.event)
    .cte("ended")
)
_MADE: Final = (
    insert(AttemptRow)
    .from_select(
        ["delivery", "run", "number", "started_at", "ended_at"],
        select(_ENDED.c.id, _ENDED.c.run, literal(1), _STARTED, _NOW),
    )
    .cte("made")
)
_ENTER: Final = (
    insert(EventRow)
    .from_select(
        ["delivery", "source", "event", "recorded_at"],
        select(_ENDED.c.id, _ENDED.c.source, _ENDED.c.event, _NOW),
    )
    .add_cte(_MADE)
)


class Journalling:
    """Enters deliveries into the journal.

    Args:
        engine: of the database.
        handlers: what has one of its own does not only go into the journal.
        inspector: holds deliveries against their contracts.
        clock: tells the time.
    """

    def __init__(self, engine: AsyncEngine, *, handlers: Handlers, inspector: Inspector, clock: Clock) -> None:
        self._engine = engine
        self._handlers = handlers
        self._inspector = inspector
        self._clock = clock

    async def rest_of(self, tasks: Sequence[Task]) -> Sequence[Task]:
        """Make the first attempts that can be made here; return the tasks that are left."""
        plain = [task for task in tasks if self._handlers.find(task.source, task.event) is None]
        if not plain:
            return tasks
        try:
            async with working(self._engine), self._engine.begin() as connection:
                done = await self._enter(connection, plain)
        except (UnavailableError, SQLAlchemyError):
            return tasks
        return [task for task in tasks if task.delivery not in done]

    async def _enter(self, connection: AsyncConnection, tasks: Iterable[Task]) -> set[str]:
        started = self._clock.now()
        runs = {task.delivery: task.run for task in tasks}
        held = await ledger.hold_many(connection, list(runs))
        current = [each for each in held if each.delivery.run == runs[each.delivery.id] and not each.attempts]
        notes = {each.delivery.id: await self._inspector.look(each) for each in current}
        done = {delivery: each for delivery, each in notes.items() if not each.broken}
        if done:
            values = {"b_deliveries": list(done), "b_started": started, "b_now": self._clock.now()}
            await connection.execute(_ENTER, values)
            await ledger.note(connection, done)
        return set(done)
