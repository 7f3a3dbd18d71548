from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from backend.agents.agent import Agent, Maturity
from backend.agents.store import AgentStore
from backend.database.engine import make_engine
from backend.errors import NotFoundError, UnavailableError
from backend.settings import Settings
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

NOBODY = "postgresql://backend:secret@127.0.0.1:9/backend"
"""Nothing listens there: it is the port of the discard protocol."""


@pytest.fixture
def store(engine: AsyncEngine, clock: VirtualClock) -> AgentStore:
    return AgentStore(engine, clock)


async def create(store: AgentStore, clock: VirtualClock, count: int) -> list[Agent]:
    agents = []
    for number in range(count):
        agents.append(await store.create(f"Agent {number}", Maturity.STUDENT))
        clock.advance(0.001)
    return agents


@pytest.mark.parametrize("maturity", Maturity)
async def test_an_agent_is_found_as_it_was_created(store: AgentStore, clock: VirtualClock, maturity: Maturity) -> None:
    created = await store.create("Forscher 研究者 🔬", maturity)
    assert (created.name, created.maturity) == ("Forscher 研究者 🔬", maturity)
    assert created.created_at == clock.now()
    assert created.created_at.utcoffset() == timedelta(0)
    assert await store.get(created.id) == created


async def test_time_is_told_in_utc(store: AgentStore) -> None:
    created = await store.create("Researcher", Maturity.INTERN)
    assert (await store.get(created.id)).created_at.tzinfo is UTC


async def test_names_need_not_be_unique(store: AgentStore) -> None:
    one, other = [await store.create("Researcher", Maturity.INTERN) for _ in range(2)]
    assert one.id != other.id


@pytest.mark.parametrize("missing", ["agt_" + "0" * 32, "test-agent", "", "a\0b", "\ud800", "'; DROP TABLE agents"])
async def test_there_is_no_such_agent(store: AgentStore, missing: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        await store.get(missing)
    assert repr(missing) in caught.value.detail
    assert "POST /api/agents" in caught.value.detail


async def test_a_long_id_is_not_repeated_in_full(store: AgentStore) -> None:
    with pytest.raises(NotFoundError) as caught:
        await store.get("x" * 10_000)
    assert len(caught.value.detail) < 200


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 8, 50])
async def test_pages_together_are_all_agents_in_order(store: AgentStore, clock: VirtualClock, limit: int) -> None:
    expected = await create(store, clock, 7)
    found: list[Agent] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor:
        page = await store.list(limit, cursor)
        assert len(page.agents) <= limit
        found.extend(page.agents)
        cursor, pages = page.next_cursor, pages + 1
    assert found == expected
    assert pages == -(-7 // limit)


async def test_a_page_stays_as_it_is_when_agents_are_added(store: AgentStore, clock: VirtualClock) -> None:
    await create(store, clock, 3)
    before = await store.list(2)
    await create(store, clock, 2)
    assert await store.list(2) == before


async def test_without_agents_there_is_one_empty_page(store: AgentStore) -> None:
    page = await store.list()
    assert (page.agents, page.next_cursor) == ((), None)


async def test_a_cursor_is_an_id(store: AgentStore) -> None:
    with pytest.raises(NotFoundError, match="no agent 'yesterday'"):
        await store.list(after="yesterday")


async def test_nothing_works_without_a_database(clock: VirtualClock) -> None:
    engine = make_engine(NOBODY, Settings())
    store = AgentStore(engine, clock)
    for call in (store.create("Researcher", Maturity.INTERN), store.get("agt_" + "0" * 32), store.list()):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            await call
    await engine.dispose()
