from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from backend.durable.workflow import Condition
from backend.tests.unit.webhooks.processing.support import MemoryEngine, make_attempts, state, store
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Status
from backend.webhooks.processing.queue import Queue
from backend.webhooks.processing.sweep import Sweep

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


@pytest.fixture
def durable(clock: VirtualClock) -> MemoryEngine:
    return MemoryEngine(clock)


@pytest.fixture
def sweep(engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine) -> Sweep:
    return Sweep(Queue(engine), durable, clock, asyncio.Lock())


async def test_what_was_left_without_a_workflow_gets_one(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, sweep: Sweep
) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING, run=2)
    await sweep.once()
    assert durable.started == {f"{delivery}-2": (delivery, 2)}
    await durable.run(make_attempts(engine, clock))
    assert (await state(engine, delivery)).status is Status.PROCESSED


async def test_what_this_process_is_about_needs_no_workflow(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, sweep: Sweep
) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING)
    await sweep.once({f"{delivery}-1"})
    assert durable.started == {}


@pytest.mark.parametrize("condition", [each for each in Condition if each is not Condition.RUNNING])
async def test_what_its_workflow_left_behind_is_dead(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, sweep: Sweep, condition: Condition
) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING)
    durable.conditions[f"{delivery}-1"] = condition
    await sweep.once()
    row = await state(engine, delivery)
    assert (row.status, row.last_error) == (
        Status.DEAD,
        f"its workflow {delivery}-1 ended too early, as {condition.value}",
    )


async def test_what_runs_is_left_alone(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, sweep: Sweep
) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING)
    durable.conditions[f"{delivery}-1"] = Condition.RUNNING
    await sweep.once()
    assert (await state(engine, delivery)).status is Status.PROCESSING


async def test_many_are_looked_at_page_by_page_and_then_again(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, sweep: Sweep
) -> None:
    stored = [await store(engine, clock, status=Status.PROCESSING) for _ in range(101)]
    await sweep.once()
    assert list(durable.started) == [f"{delivery}-1" for delivery in stored[:100]]
    await sweep.once()
    assert list(durable.started) == [f"{delivery}-1" for delivery in stored]
    durable.started.clear()
    await sweep.once()
    assert len(durable.started) == 100


async def test_what_was_just_begun_is_looked_at_in_the_next_round(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, sweep: Sweep
) -> None:
    await sweep.once()
    delivery = await store(engine, clock, status=Status.PROCESSING)
    await sweep.once()
    assert durable.started == {}
    await sweep.once()
    assert list(durable.started) == [f"{delivery}-1"]
