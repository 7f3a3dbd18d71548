from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from backend.tests.unit.webhooks.processing.support import (
    Script,
    attempts_of,
    effects_of,
    make_attempts,
    no_contracts,
    state,
    store,
)
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Delivery, Status
from backend.webhooks.processing.handlers import Handlers
from backend.webhooks.processing.inspection import Inspection, Inspector
from backend.webhooks.processing.journalling import Journalling
from backend.webhooks.processing.queue import Queue, Task
from backend.webhooks.tables import DeliveryRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


FINDING = {"code": "TC203", "message": "new", "instance_path": None}


class Suspicious(Inspector):
    """Finds something in deliveries of one event."""

    def __init__(self, event: str, *, broken: bool = False) -> None:
        self._event = event
        self._broken = broken

    def inspect(self, delivery: Delivery) -> Inspection:
        if delivery.event != self._event:
            return Inspection()
        return Inspection(findings=[FINDING], broken=self._broken)


def journalling(
    engine: AsyncEngine, clock: VirtualClock, handlers: Handlers | None = None, inspector: Inspector | None = None
) -> Journalling:
    return Journalling(engine, handlers=handlers or Handlers(), inspector=inspector or no_contracts(), clock=clock)


async def taken(engine: AsyncEngine) -> list[Task]:
    return list(await Queue(engine).take(100))


def told(row: DeliveryRow) -> list[object]:
    """What a row says, but for what makes it one of its own."""
    names = (
        "source",
        "event",
        "status",
        "run",
        "attempts",
        "processed_at",
        "next_attempt_at",
        "last_error",
        "findings",
    )
    return [getattr(row, name) for name in [*names, "findings", "repeats"]]


async def test_it_leaves_the_same_rows_as_attempts_that_are_made_one_by_one(
    engine: AsyncEngine, clock: VirtualClock
) -> None:
    deliveries = [await store(engine, clock, event=name) for name in ("a", None) for _ in range(2)]
    one, many, one_unnamed, many_unnamed = deliveries
    tasks = {task.delivery: task for task in await taken(engine)}
    assert await journalling(engine, clock).rest_of([tasks[many], tasks[many_unnamed]]) == []
    for delivery in (one, one_unnamed):
        await make_attempts(engine, clock).make(delivery, 1, 1)
    for expected, found in ((one, many), (one_unnamed, many_unnamed)):
        assert told(await state(engine, found)) == told(await state(engine, expected))
        assert await effects_of(engine, found) == await effects_of(engine, expected) == 1
        [wanted], [made] = [await attempts_of(engine, each) for each in (expected, found)]
        for name in ("run", "number", "started_at", "ended_at", "error", "next_attempt_at"):
            assert getattr(made, name) == getattr(wanted, name)


async def test_what_has_a_handler_is_left(engine: AsyncEngine, clock: VirtualClock) -> None:
    script = Script(clock)
    await store(engine, clock, event="a")
    other = await store(engine, clock, event="b")
    rest = await journalling(engine, clock, Handlers().on("shopify", "b", script)).rest_of(await taken(engine))
    assert [task.delivery for task in rest] == [other]
    assert (await state(engine, other)).status is Status.PROCESSING
    assert script.seen == []


async def test_what_breaks_its_contract_is_left(engine: AsyncEngine, clock: VirtualClock) -> None:
    await store(engine, clock)
    broken = await store(engine, clock, event="suspicious")
    rest = await journalling(engine, clock, inspector=Suspicious("suspicious", broken=True)).rest_of(
        await taken(engine)
    )
    assert [task.delivery for task in rest] == [broken]
    assert (await state(engine, broken)).status is Status.PROCESSING


async def test_what_there_is_to_note_is_noted(engine: AsyncEngine, clock: VirtualClock) -> None:
    deliveries = [
        await store(engine, clock, **values)
        for values in ({"body": b"same"}, {"body": b"same"}, {"event": "suspicious"}, {})
    ]
    with capture_logs() as logs:
        assert await journalling(engine, clock, inspector=Suspicious("suspicious")).rest_of(await taken(engine)) == []
    rows = [await state(engine, each) for each in deliveries]
    assert [row.repeats for row in rows] == [None, deliveries[0], None, None]
    assert [row.findings for row in rows] == [None, None, [FINDING], None]
    assert [(line["event"], line["delivery"]) for line in logs] == [("webhook_repeated", deliveries[1])]


async def test_what_was_released_is_entered_whatever_its_contract_says(
    engine: AsyncEngine, clock: VirtualClock
) -> None:
    await store(engine, clock, event="suspicious", released=True, run=2)
    assert (
        await journalling(engine, clock, inspector=Suspicious("suspicious", broken=True)).rest_of(await taken(engine))
        == []
    )


async def test_what_somebody_else_has_or_ended_is_left_alone(engine: AsyncEngine, clock: VirtualClock) -> None:
    ended, locked = [await store(engine, clock) for _ in range(2)]
    tasks = await taken(engine)
    await make_attempts(engine, clock).make(ended, 1, 1)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT FROM webhook_deliveries WHERE id = :id FOR UPDATE"), {"id": locked})
        rest = await journalling(engine, clock).rest_of(tasks)
    assert rest == tasks
    assert await effects_of(engine, ended) == 1


async def test_another_run_of_a_delivery_is_left_alone(engine: AsyncEngine, clock: VirtualClock) -> None:
    delivery = await store(engine, clock, run=2)
    await taken(engine)
    former = Task(run=1, delivery=delivery, source="shopify", event="orders/create")
    assert await journalling(engine, clock).rest_of([former]) == [former]
    assert (await state(engine, delivery)).status is Status.PROCESSING


@pytest.mark.parametrize("statement", [1, 2])
async def test_where_it_fails_nothing_is_done(engine: AsyncEngine, clock: VirtualClock, statement: int) -> None:
    await store(engine, clock)
    tasks = await taken(engine)
    count = 0

    def fail(*_: object) -> None:
        nonlocal count
        count += 1
        if count == statement:
            raise OperationalError("any", None, Exception())

    event.listen(engine.sync_engine, "after_cursor_execute", fail)
    assert await journalling(engine, clock).rest_of(tasks) == tasks
    event.remove(engine.sync_engine, "after_cursor_execute", fail)
    [task] = tasks
    assert (await state(engine, task.delivery)).status is Status.PROCESSING
    assert await effects_of(engine, task.delivery) == 0
