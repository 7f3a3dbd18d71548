from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from backend.collaboration.collaboration import Status
from backend.collaboration.store import CollaborationStore
from backend.collaboration.sweep import Sweep
from backend.collaboration.workflow import WORKFLOW
from backend.durable.engine import Engine
from backend.durable.workflow import JSON, Condition, Context
from backend.tests.unit.collaboration.support import stored
from backend.tests.unit.durable.journal import make_durable
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

PATIENCE = 60


class Workflows:
    """Workflows that only note that they were run, and wait or fail."""

    def __init__(self) -> None:
        self.run: list[JSON] = []
        self.fails = False
        self._never = asyncio.Event()

    async def __call__(self, context: Context, collaboration: JSON) -> JSON:
        self.run.append(collaboration)
        if self.fails:
            raise LookupError("a bug")
        await self._never.wait()
        return None


@pytest.fixture
def workflows() -> Workflows:
    return Workflows()


@pytest.fixture
async def durable(anyio_backend: str, database_url: str, workflows: Workflows) -> AsyncIterator[Engine]:
    durable = make_durable(database_url, {WORKFLOW: workflows})
    async with durable.running():
        yield durable


async def settled(durable: Engine, collaboration: str) -> Condition:
    async with asyncio.timeout(PATIENCE):
        while (status := await durable.status(collaboration)) and status.condition is Condition.RUNNING:
            await asyncio.sleep(0.02)
    assert status is not None
    return status.condition


async def test_one_without_a_workflow_gets_one(
    engine: AsyncEngine, durable: Engine, workflows: Workflows, clock: VirtualClock
) -> None:
    started = await stored(CollaborationStore(engine), clock)
    sweep = Sweep(engine, durable, clock)
    await sweep.once()
    assert await durable.status(started) is None  # whoever started it is about to
    clock.advance(3)
    await sweep.once()
    await sweep.once()
    async with asyncio.timeout(PATIENCE):
        while not workflows.run:
            await asyncio.sleep(0.02)
    assert workflows.run == [started]


async def test_one_whose_workflow_met_a_bug_has_failed(
    engine: AsyncEngine, durable: Engine, workflows: Workflows, clock: VirtualClock
) -> None:
    store = CollaborationStore(engine)
    started, other = [await stored(store, clock) for _ in range(2)]
    workflows.fails = True
    await durable.start(WORKFLOW, started, started)
    assert await settled(durable, started) is Condition.FAILED
    workflows.fails = False
    await durable.start(WORKFLOW, other, other)
    clock.advance(3)
    await Sweep(engine, durable, clock).once()
    failed, running = (await store.get(started)).overview, (await store.get(other)).overview
    assert (failed.status, failed.error) == (Status.FAILED, "its workflow ended too early, as failed")
    assert running.status is Status.STARTED


async def test_it_looks_again_and_again(
    engine: AsyncEngine, durable: Engine, workflows: Workflows, clock: VirtualClock
) -> None:
    started = await stored(CollaborationStore(engine), clock)
    clock.advance(3)
    async with Sweep(engine, durable, clock).running(), asyncio.timeout(PATIENCE):
        while workflows.run != [started]:
            await asyncio.sleep(0.02)


async def test_a_process_without_durable_work_goes_on(engine: AsyncEngine, database_url: str) -> None:
    clock = VirtualClock()
    await stored(CollaborationStore(engine), clock)
    clock.advance(3)
    durable = make_durable(database_url, {})
    async with Sweep(engine, durable, clock).running():
        for _ in range(20):
            await asyncio.sleep(0.01)
    assert not durable.works
