from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from backend.settings import Settings
from backend.tests.unit.webhooks.processing.support import MemoryContext, MemoryEngine, Script, state, store
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Status
from backend.webhooks.processing.handlers import Handlers
from backend.webhooks.processing.processor import Processor

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


async def test_what_fails_is_ended_by_the_workflow(engine: AsyncEngine, clock: VirtualClock) -> None:
    script, durable = Script(clock, [ValueError("no")]), MemoryEngine(clock)
    settings = Settings(webhook_backoff_initial=3, backoff_jitter=0)
    processor = Processor(
        engine, handlers=Handlers().on("*", "*", script), clock=clock, chance=lambda: 0.0, settings=settings
    )
    delivery = await store(engine, clock)
    with anyio.fail_after(60):
        async with processor.dispatcher(durable).running():
            while not durable.started:
                await anyio.sleep(0.005)
    [workflow] = processor.workflows().values()
    [(name, arguments)] = durable.started.items()
    await workflow(MemoryContext(clock, name), *arguments)
    assert (await state(engine, delivery)).status is Status.PROCESSED
    assert clock.slept == [3]
