"""PostgreSQL and Valkey, real ones: what happens to transactions, to the pool, and when a server goes away."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import create_engine, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import backend
from backend.agents.agent import Agent, Maturity
from backend.agents.store import AgentStore
from backend.agents.tables import AgentRow
from backend.cache.client import make_client
from backend.cache.store import Cache
from backend.database import migrate
from backend.database.engine import make_engine
from backend.database.failures import translate_failures
from backend.database.tables import Base
from backend.durable.engine import Engine
from backend.errors import UnavailableError
from backend.health.checks import Health
from backend.outgoing.breakers.breakers import Breakers
from backend.settings import Settings
from backend.tests.hanging import stopped
from backend.tests.services import administration
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from backend.embedded.postgres import Postgres
    from backend.embedded.valkey import Valkey

pytestmark = pytest.mark.anyio

POOL = 5
MISSING = "agt_" + "0" * 32
BACKEND_PID = text("SELECT pg_backend_pid()")


@pytest.fixture
def store(engine: AsyncEngine, clock: VirtualClock) -> AgentStore:
    return AgentStore(engine, clock)


@pytest.fixture
async def small(anyio_backend: str, database_url: str) -> AsyncIterator[AsyncEngine]:
    """Return an engine with a single connection, for which nobody waits long."""
    engine = make_engine(database_url, Settings(pool_size=1, pool_timeout=0.05))
    yield engine
    await engine.dispose()


async def count(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(AgentRow)) or 0


def row(identifier: str, clock: VirtualClock) -> AgentRow:
    return AgentRow(id=identifier, name="Researcher", maturity=Maturity.INTERN, created_at=clock.now())


def terminate(postgres: Postgres, engine: AsyncEngine) -> int:
    """Let the server drop every connection to the engine's database; return how many."""
    query = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = %s"
    with administration(postgres) as connection:
        found = connection.execute(query, [engine.url.database]).fetchone()
        assert found
        return int(found[0])


class TestTransactions:
    async def test_a_failure_undoes_all_that_was_done(self, engine: AsyncEngine, clock: VirtualClock) -> None:
        async def work() -> None:
            async with AsyncSession(engine) as session, session.begin():
                session.add_all([row("a", clock), row("b", clock)])
                await session.flush()
                assert await session.scalar(select(func.count()).select_from(AgentRow)) == 2
                raise ValueError("second thoughts")

        with pytest.raises(ValueError, match="second thoughts"):
            await work()
        assert await count(engine) == 0

    async def test_a_part_can_be_undone(self, engine: AsyncEngine, clock: VirtualClock) -> None:
        async with AsyncSession(engine) as session, session.begin():
            session.add(row("a", clock))
            part = await session.begin_nested()
            session.add(row("b", clock))
            await session.flush()
            await part.rollback()
        assert await count(engine) == 1

    async def test_giving_up_undoes_too(self, engine: AsyncEngine, clock: VirtualClock) -> None:
        """As when a client goes away in the middle of its request."""
        stored = asyncio.Event()

        async def work() -> None:
            async with AsyncSession(engine) as session, session.begin():
                session.add(row("a", clock))
                await session.flush()
                stored.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await stored.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert await count(engine) == 0

    async def test_others_see_what_was_committed_and_nothing_else(
        self, engine: AsyncEngine, clock: VirtualClock
    ) -> None:
        async with engine.connect() as writer, engine.connect() as reader:
            number = select(func.count()).select_from(AgentRow)
            values = {"id": "a", "name": "Researcher", "maturity": Maturity.INTERN, "created_at": clock.now()}
            await writer.execute(insert(AgentRow).values(values))
            assert await writer.scalar(number) == 1
            assert await reader.scalar(number) == 0
            await writer.commit()
            assert await reader.scalar(number) == 1  # "read committed": each statement sees anew

    async def test_of_two_that_contradict_each_other_one_is_undone(
        self, engine: AsyncEngine, store: AgentStore
    ) -> None:
        """Each promotes an agent as long as no other one is autonomous; one after the other, one would be refused."""
        one, other = [await store.create("Researcher", Maturity.INTERN) for _ in range(2)]

        async with serializable(engine) as first, serializable(engine) as second:
            assert await autonomous(first) == await autonomous(second) == 0
            await promote(first, one)
            await promote(second, other)
            await first.commit()
            with pytest.raises(UnavailableError, match="changed the same data") as caught, translate_failures():
                await second.commit()
        assert (caught.value.status, caught.value.retry_after) == (503, 1)
        async with serializable(engine) as again:
            assert await autonomous(again) == 1


def serializable(engine: AsyncEngine) -> AsyncConnection:
    return engine.execution_options(isolation_level="SERIALIZABLE").connect()


async def autonomous(connection: AsyncConnection) -> int:
    query = select(func.count()).where(AgentRow.maturity == Maturity.AUTONOMOUS)
    return await connection.scalar(query) or 0


async def promote(connection: AsyncConnection, agent: Agent) -> None:
    await connection.execute(update(AgentRow).where(AgentRow.id == agent.id).values(maturity=Maturity.AUTONOMOUS))


class TestPool:
    async def test_when_it_is_exhausted_a_request_is_refused_and_the_next_one_works(
        self, small: AsyncEngine, clock: VirtualClock
    ) -> None:
        store = AgentStore(small, clock)
        async with small.connect():
            with pytest.raises(UnavailableError, match="every connection to the database is in use") as caught:
                await store.list()
        assert (caught.value.status, caught.value.retry_after) == (503, 1)
        assert (await store.list()).agents == ()

    async def test_many_share_a_few_connections(self, engine: AsyncEngine, store: AgentStore) -> None:
        agents = await asyncio.gather(*[store.create(f"Agent {n}", Maturity.STUDENT) for n in range(100)])
        assert len({agent.id for agent in agents}) == await count(engine) == 100
        assert engine.pool.status().startswith(f"Pool size: {POOL}  Connections in pool: {POOL} Current Overflow: 0")

    async def test_a_failure_gives_its_connection_back(self, small: AsyncEngine) -> None:
        async def work() -> None:
            async with small.begin() as connection:
                await connection.execute(BACKEND_PID)
                raise ValueError("broken")

        for _ in range(3):
            with pytest.raises(ValueError, match="broken"):
                await work()
        assert await count(small) == 0

    async def test_a_connection_is_used_again(self, small: AsyncEngine) -> None:
        assert await pid(small) == await pid(small)

    async def test_one_that_the_server_dropped_is_replaced(self, small: AsyncEngine, postgres: Postgres) -> None:
        before = await pid(small)
        assert terminate(postgres, small) == 1
        assert await pid(small) != before

    async def test_an_old_one_is_replaced(self, small: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        before, now = await pid(small), time.time()
        monkeypatch.setattr(time, "time", lambda: now + 1799)
        assert await pid(small) == before
        monkeypatch.setattr(time, "time", lambda: now + 1801)
        assert await pid(small) != before


async def pid(engine: AsyncEngine) -> int:
    """Return the number of the server's process behind the engine's next connection."""
    async with engine.connect() as connection:
        return int(await connection.scalar(BACKEND_PID) or 0)


class TestLostServer:
    async def test_dropped_connections_cost_no_more_than_what_is_in_flight(
        self, engine: AsyncEngine, store: AgentStore, postgres: Postgres
    ) -> None:
        warm = asyncio.Event()

        async def create(number: int) -> Agent:
            agent = await store.create(f"Agent {number}", Maturity.STUDENT)
            if number == 20:
                warm.set()
            return agent

        tasks = [asyncio.create_task(create(number)) for number in range(100)]
        await warm.wait()
        assert await asyncio.to_thread(terminate, postgres, engine) > 0
        results = await asyncio.gather(*tasks, return_exceptions=True)

        failures = [result for result in results if not isinstance(result, Agent)]
        assert len(failures) <= POOL
        assert all(isinstance(failure, UnavailableError) for failure in failures), failures
        later = await asyncio.gather(*[store.create("Later", Maturity.STUDENT) for _ in range(20)])
        assert len(later) == 20
        assert await count(engine) >= len(results) - len(failures) + 20

    async def test_whoever_is_in_flight_is_told(self, engine: AsyncEngine, postgres: Postgres) -> None:
        async def work() -> None:
            with translate_failures():
                async with engine.begin() as connection:
                    await connection.execute(text("SELECT pg_sleep(600)"))

        task = asyncio.create_task(work())
        sleeping = text(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        )
        async with engine.connect() as connection:
            while not await connection.scalar(sleeping):
                await connection.rollback()
        terminate(postgres, engine)
        with pytest.raises(UnavailableError, match="the database cannot be reached") as caught:
            await task
        assert (caught.value.status, caught.value.retry_after) == (503, 5)
        assert await count(engine) == 0

    async def test_a_restart_of_the_server_is_survived(
        self, engine: AsyncEngine, store: AgentStore, postgres: Postgres
    ) -> None:
        agent = await store.create("Researcher", Maturity.INTERN)
        postgres.stop()
        try:
            for call in (store.get(agent.id), store.list(), store.create("Writer", Maturity.INTERN)):
                with pytest.raises(UnavailableError, match="the database cannot be reached") as caught:
                    await call
                assert engine.url.password
                assert engine.url.password not in caught.value.detail
        finally:
            postgres.start()
        assert await store.get(agent.id) == agent
        assert await count(engine) == 1


class TestHangingServer:
    """Takes connections and answers nothing: what it is given up after, and that all works when it is back."""

    @pytest.mark.parametrize("warm", [True, False], ids=["connected", "not connected"])
    async def test_each_request_is_given_up_and_the_next_one_works(
        self, database_url: str, clock: VirtualClock, postgres: Postgres, *, warm: bool
    ) -> None:
        patient, engine = [
            make_engine(database_url, Settings(pool_size=1, database_timeout=limit)) for limit in (60, 0.5)
        ]
        agent = await AgentStore(patient, clock).create("Researcher", Maturity.INTERN)
        if warm:
            await pid(engine)
        store = AgentStore(engine, clock)
        with stopped(postgres):
            for call in (store.get(agent.id), store.list(), store.create("Writer", Maturity.INTERN)):
                with pytest.raises(UnavailableError, match="the database"):
                    await call
        assert await AgentStore(patient, clock).get(agent.id) == agent
        await patient.dispose()
        assert "Current Checked out connections: 0" in engine.pool.status()
        await engine.dispose()

    async def test_it_is_soon_told_that_the_service_is_not_ready(
        self, engine: AsyncEngine, postgres: Postgres, redis_url: str, clock: VirtualClock
    ) -> None:
        client = make_client(redis_url)
        breakers = Breakers(client, clock, failures=1, open_for=1, probe_for=1)
        durable = Engine(create_engine("postgresql+psycopg://"), workflows={}, settings=Settings(worker=False))
        health = Health(engine=engine, cache=Cache(client), durable=durable, breakers=breakers, patience=0.05)
        assert await count(engine) == 0
        with stopped(postgres), pytest.raises(UnavailableError, match=r"did not answer within 0\.05 s"):
            await health.check()
        assert await count(engine) == 0
        await breakers.aclose()
        await client.aclose()


class TestMigrations:
    def test_down_and_up_again(self, database_url: str) -> None:
        newest = migrate.current(database_url)
        migrate.downgrade(database_url, "base")
        with psycopg.connect(database_url) as connection:
            left = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert left == [("alembic_version",)]
        migrate.upgrade(database_url)
        assert migrate.current(database_url) == newest

    def test_each_revision_can_be_undone(self, database_url: str) -> None:
        while (before := migrate.current(database_url)) is not None:
            migrate.downgrade(database_url, "-1")
            after = migrate.current(database_url)
            migrate.upgrade(database_url, before)
            assert migrate.current(database_url) == before
            migrate.downgrade(database_url, after or "base")

    async def test_the_schema_is_what_the_code_says(self, engine: AsyncEngine) -> None:
        for module in pkgutil.iter_modules(backend.__path__, "backend."):
            if module.ispkg and importlib.util.find_spec(f"{module.name}.tables"):
                importlib.import_module(f"{module.name}.tables")
        async with engine.connect() as connection:
            differences = await connection.run_sync(
                lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata)
            )
        assert differences == []
        assert set(Base.metadata.tables) >= {"agents"}


class TestValkey:
    @pytest.fixture
    async def client(self, anyio_backend: str, redis_url: str) -> AsyncIterator[Redis]:
        client = make_client(redis_url)
        yield client
        await client.aclose()

    async def test_what_is_set_can_be_got(self, client: Redis) -> None:
        assert await client.get("key") is None
        assert await client.set("key", "värde")
        assert await client.get("key") == "värde"

    async def test_each_test_starts_with_nothing(self, client: Redis) -> None:
        assert await client.dbsize() == 0
        await client.set("left", "behind")

    async def test_what_is_over_is_gone(self, client: Redis, clock: VirtualClock) -> None:
        await client.set("key", "value", exat=int(time.time()) + 600)
        assert await client.get("key") == "value"
        await client.expireat("key", int(time.time()) - 1)
        assert await client.get("key") is None

    async def test_time_passes_in_the_server(self, client: Redis) -> None:
        await client.set("key", "value", px=1)
        while await client.pttl("key") != -2:  # "does not exist"
            pass
        assert await client.get("key") is None

    async def test_many_count_together(self, redis_url: str) -> None:
        # That of the service gives up soon; to open so many connections at once may take a slow machine longer.
        async with Redis.from_url(
            redis_url, max_connections=200, socket_timeout=60, socket_connect_timeout=60
        ) as client:
            counts = await asyncio.gather(*[client.incr("counter") for _ in range(200)])
        assert sorted(counts) == list(range(1, 201))

    async def test_a_restart_of_the_server_is_survived(self, client: Redis, valkey: Valkey) -> None:
        await client.set("key", "value")
        valkey.stop()
        try:
            with pytest.raises(RedisConnectionError):
                await client.get("key")
        finally:
            valkey.start()
        assert await client.get("key") is None  # tests keep nothing on disk
        assert await client.set("key", "value")
