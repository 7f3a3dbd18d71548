from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from backend.database.engine import make_engine
from backend.errors import UnavailableError
from backend.settings import Settings
from backend.tests.unit.webhooks.processing.support import state, store
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Status
from backend.webhooks.processing.queue import Queue, Task

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


def tasks(*deliveries: str, run: int = 1) -> list[Task]:
    return [Task(run=run, delivery=delivery, source="shopify", event="orders/create") for delivery in deliveries]


async def test_fresh_deliveries_come_before_replays_and_older_before_younger(
    engine: AsyncEngine, clock: VirtualClock
) -> None:
    replayed = await store(engine, clock, run=2)
    first, second = [await store(engine, clock) for _ in range(2)]
    queue = Queue(engine)
    assert await queue.take(1) == tasks(first)
    assert await queue.take(5) == [*tasks(second), *tasks(replayed, run=2)]
    assert await queue.take(5) == []
    assert [(await state(engine, each)).status for each in (first, second, replayed)] == [Status.PROCESSING] * 3


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.RECEIVED])
async def test_only_what_waits_is_taken(engine: AsyncEngine, clock: VirtualClock, status: Status) -> None:
    delivery = await store(engine, clock, status=status)
    assert await Queue(engine).take(5) == []
    assert (await state(engine, delivery)).status is status


async def test_nobody_takes_what_another_one_took(engine: AsyncEngine, clock: VirtualClock) -> None:
    stored = [await store(engine, clock) for _ in range(20)]
    taken = await asyncio.gather(*(Queue(engine).take(6) for _ in range(5)))
    assert sorted(task.delivery for some in taken for task in some) == sorted(stored)


async def test_what_is_due_or_never_began_is_overdue(engine: AsyncEngine, clock: VirtualClock) -> None:
    now = clock.now() + timedelta(hours=1)
    processing = {"status": Status.PROCESSING}
    begun = await store(engine, clock, **processing)
    due = await store(engine, clock, **processing, next_attempt_at=now - timedelta(seconds=1), run=3)
    await store(engine, clock, **processing, next_attempt_at=now + timedelta(seconds=1))
    await store(engine, clock)
    await store(engine, clock, status=Status.PROCESSED)
    queue = Queue(engine)
    assert await queue.overdue(now, after="", limit=9) == [*tasks(begun), *tasks(due, run=3)]
    assert await queue.overdue(now, after=begun, limit=9) == tasks(due, run=3)
    assert await queue.overdue(now, after="", limit=1) == tasks(begun)


async def test_a_task_that_is_given_up_is_dead(engine: AsyncEngine, clock: VirtualClock) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING, next_attempt_at=clock.now())
    [task] = tasks(delivery)
    queue = Queue(engine)
    assert [await queue.give_up(task, "no use"), await queue.give_up(task, "once more")] == [True, False]
    row = await state(engine, delivery)
    assert (row.status, row.next_attempt_at, row.last_error) == (Status.DEAD, None, "no use")


async def test_another_run_is_not_given_up(engine: AsyncEngine, clock: VirtualClock) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING, run=2)
    [task] = tasks(delivery)
    assert not await Queue(engine).give_up(task, "no use")


async def test_nothing_works_without_a_database() -> None:
    engine = make_engine("postgresql://backend:secret@127.0.0.1:9/backend", Settings())
    with pytest.raises(UnavailableError, match="cannot be reached"):
        await Queue(engine).take(1)
    await engine.dispose()


def test_each_run_has_a_workflow_of_its_own() -> None:
    assert [task.workflow for run in (1, 2) for task in tasks("whd_1", run=run)] == ["whd_1-1", "whd_1-2"]
