from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from backend.parts import World
from backend.settings import Settings
from backend.tests.application import client_of, make_app
from backend.tests.unit.webhooks.processing.support import (
    MemoryContext,
    Script,
    effects_of,
    make_attempts,
    state,
    store,
)
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Status
from backend.webhooks.processing.handlers import Handlers
from backend.webhooks.processing.workflow import Processing

if TYPE_CHECKING:
    import httpx
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


async def test_after_a_first_attempt_without_it_the_workflow_waits_for_the_second(
    engine: AsyncEngine, clock: VirtualClock
) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING)
    attempts = make_attempts(engine, clock, Handlers().on("*", "*", Script(clock, [ValueError("no")] * 2)))
    await attempts.make(delivery, 1, 1)
    clock.advance(4)
    await Processing(attempts).run(MemoryContext(clock), delivery, 1)
    assert clock.slept == [6, 20]
    assert (await state(engine, delivery)).status is Status.PROCESSED


async def test_a_workflow_that_is_resumed_waits_for_no_pause_twice(engine: AsyncEngine, clock: VirtualClock) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSING)
    script = Script(clock, [ValueError("no")] * 3)
    processing = Processing(make_attempts(engine, clock, Handlers().on("*", "*", script)))
    context = MemoryContext(clock)
    await processing.run(context, delivery, 1)
    await processing.run(context.resumed(), delivery, 1)
    assert clock.slept == [10, 20, 40]
    assert len(script.seen) == 4


async def test_what_was_processed_needs_no_workflow(engine: AsyncEngine, clock: VirtualClock) -> None:
    delivery = await store(engine, clock, status=Status.PROCESSED)
    await Processing(make_attempts(engine, clock)).run(MemoryContext(clock), delivery, 1)
    assert clock.slept == []


async def test_on_the_real_engine_failures_are_tried_again_and_dead_letters_replayed(
    engine: AsyncEngine, clock: VirtualClock, database_url: str, redis_url: str
) -> None:
    """From a stored delivery through a handler that fails, to the dead letters, and back by a replay."""
    script = Script(clock, [ValueError("no")] * 3)
    chosen = Settings(webhook_attempts=3, webhook_backoff_initial=0.01, backoff_jitter=0)
    world = World(handlers=Handlers().on("shopify", "*", script))
    delivery = await store(engine, clock)
    async with client_of(make_app(database_url, redis_url, world=world, settings=chosen, worker=True)) as client:
        dead = await until(client, delivery, "dead")
        assert [attempt["error"] for attempt in dead["attempts"]] == ["ValueError: no"] * 3
        await client.post(f"/api/webhooks/dead-letters/{delivery}/replay")
        done = await until(client, delivery, "processed")
    assert [(attempt["run"], attempt["number"]) for attempt in done["attempts"]] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert await effects_of(engine, delivery) == 1


async def until(client: httpx.AsyncClient, delivery: str, status: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while (seen := (await client.get(f"/api/webhooks/deliveries/{delivery}")).json())["status"] != status:
            await asyncio.sleep(0.02)
    found: dict[str, Any] = seen
    return found
