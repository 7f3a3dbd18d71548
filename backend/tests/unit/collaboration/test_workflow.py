from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from backend.collaboration.collaboration import Status
from backend.collaboration.workflow import Conducting
from backend.parts import World
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.unit.collaboration.support import ACCOUNTS, SETTINGS, TASK, Provider, bench
from backend.tests.unit.webhooks.processing.support import MemoryContext
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    import httpx
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


class Passing(VirtualClock):
    """Moves another clock instead of waiting."""

    def __init__(self, other: VirtualClock) -> None:
        super().__init__()
        self._other = other

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._other.advance(seconds)


async def test_it_waits_between_rounds_and_no_pause_twice(
    engine: AsyncEngine, database_url: str, redis_url: str
) -> None:
    async with bench(engine, database_url, redis_url, Provider(failures={"Ada": [500, 500]})) as made:
        started = await made.start(agents=1)
        pauses = Passing(made.clock)
        context = MemoryContext(pauses)
        await Conducting(made.conductor).run(context, started)
        assert await made.status(started) is Status.SUCCEEDED
        await Conducting(made.conductor).run(context.resumed(), started)
    assert pauses.slept == [5, 10]
    assert made.provider.asked == ["Ada"] * 3


async def test_on_the_real_engine_a_failure_is_tried_again(database_url: str, redis_url: str) -> None:
    provider = Provider(failures={"Bob": [503]})
    settings = SETTINGS.model_copy(update={"collaboration_backoff_initial": 0.01})
    app = make_app(
        database_url,
        redis_url,
        world=World(transport=provider),
        settings=settings,
        accounts=ACCOUNTS,
        worker=True,
    )
    async with client_of(app) as client:
        agents = [await create_agent(client, name) for name in ("Ada", "Bob")]
        body = {"agents": agents, "task": TASK, "workflow": "sequential"}
        started = (await client.post("/api/collaboration", json=body)).json()
        found = await ended(client, started["id"])
    assert found["status"] == "succeeded"
    assert [step["attempts"] for step in found["steps"]] == [1, 2]
    assert provider.asked == ["Ada", "Bob", "Bob"]


async def ended(client: httpx.AsyncClient, collaboration: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            found: dict[str, Any] = (await client.get(f"/api/collaboration/{collaboration}")).json()
            if found["ended_at"]:
                return found
            await asyncio.sleep(0.02)
