from __future__ import annotations

import asyncio

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from backend.clock import SystemClock
from backend.errors import StartError
from backend.notifications.notifications import Notifications
from backend.notifications.sending import notify
from backend.settings import Settings
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

LISTENERS = "FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^(LISTEN|SELECT 1$)'"


def make(url: str, clock: VirtualClock | SystemClock | None = None, patience: float = 10) -> Notifications:
    return Notifications(url, Settings(database_timeout=patience), clock or SystemClock())


async def tell(engine: AsyncEngine, *topics: str) -> None:
    async with engine.begin() as connection:
        await notify(connection, *topics)


async def listeners(url: str, wanted: int) -> None:
    """Return when so many connections listen."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        found = -1
        async with asyncio.timeout(60):
            while found != wanted:
                [found] = await (await connection.execute(f"SELECT count(*) {LISTENERS}")).fetchone() or [-1]


async def test_every_process_is_notified(database_url: str, engine: AsyncEngine) -> None:
    one, other = make(database_url), make(database_url)
    async with one.running(), other.running():
        with one.subscribe("a") as first, other.subscribe("a") as second, other.subscribe("b") as third:
            for each in (first, second, third):
                assert await each.wait(60)  # it is woken once when its process begins to listen
            await tell(engine, "a")
            assert await first.wait(60)
            assert await second.wait(60)
            assert not await third.wait(0)
    await listeners(database_url, 0)


async def test_when_it_begins_to_listen_everyone_looks(database_url: str) -> None:
    notifications = make(database_url)
    with notifications.subscribe("a") as subscription:
        async with notifications.running():
            assert await subscription.wait(60)


async def test_a_lost_connection_is_opened_again_and_everyone_looks(database_url: str, engine: AsyncEngine) -> None:
    notifications = make(database_url)
    with capture_logs() as logs:
        async with notifications.running():
            with notifications.subscribe("a") as subscription:
                assert await subscription.wait(60)  # it listens
                async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as administrator:
                    await administrator.execute(f"SELECT pg_terminate_backend(pid) {LISTENERS}")
                assert await subscription.wait(60)
                await tell(engine, "a")
                assert await subscription.wait(60)
    assert [(each["event"], each["log_level"]) for each in logs] == [("notifications_interrupted", "warning")]


async def test_after_silence_it_asks_whether_the_server_is_there(database_url: str, engine: AsyncEngine) -> None:
    notifications = make(database_url, patience=0.2)
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT 1'"
    async with notifications.running(), await psycopg.AsyncConnection.connect(database_url, autocommit=True) as watch:
        found = 0
        async with asyncio.timeout(60):
            while not found:
                [found] = await (await watch.execute(asked)).fetchone() or [0]
        with notifications.subscribe("a") as subscription:
            await tell(engine, "a")
            assert await subscription.wait(60)


async def test_while_the_database_is_away_the_pauses_grow() -> None:
    clock = VirtualClock()
    async with make("postgresql://nobody@127.0.0.1:9/none", clock).running():
        async with asyncio.timeout(60):
            while len(clock.slept) < 8:
                await asyncio.sleep(0)
    assert clock.slept[:8] == [0.25, 0.5, 1, 2, 4, 8, 10, 10]


async def test_its_end_ends_all_waits(database_url: str) -> None:
    notifications = make(database_url)
    async with notifications.running():
        with notifications.subscribe("a") as subscription:
            while not subscription.ended:
                if not await subscription.wait(0.05):
                    notifications.end()
            assert not await subscription.wait(60)


def test_the_url_is_checked() -> None:
    with pytest.raises(StartError, match="DATABASE_URL"):
        make("mysql://127.0.0.1/x")
