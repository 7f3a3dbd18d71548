from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from backend.database.engine import make_engine
from backend.database.working import working
from backend.errors import UnavailableError
from backend.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

LONG = text("SELECT pg_sleep(600)")


async def test_work_that_takes_too_long_is_given_up(engine: AsyncEngine) -> None:
    async with engine.connect():
        pass  # one that is given up while it is made stays open as long as the test holds the error
    with pytest.raises(UnavailableError, match=r"did not answer within 0\.01 s: try again later") as caught:
        async with working(engine, limit=0.01), engine.connect() as connection:
            await connection.execute(LONG)
    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    async with working(engine), engine.connect() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    assert "Current Checked out connections: 0" in engine.pool.status()


async def test_the_engine_knows_how_long_work_may_take(database_url: str) -> None:
    engine = make_engine(database_url, Settings(database_timeout=0.5))
    async with engine.connect():
        pass
    with pytest.raises(UnavailableError, match="try again later"):
        async with working(engine), engine.connect() as connection:
            await connection.execute(LONG)
    await engine.dispose()


async def test_the_wait_for_a_connection_counts(database_url: str) -> None:
    engine = make_engine(database_url, Settings(pool_size=1, pool_timeout=600))
    async with engine.connect():
        with pytest.raises(UnavailableError, match="did not answer within 0 s"):
            async with working(engine, limit=0), engine.connect():
                raise AssertionError("there is a single connection")
    await engine.dispose()


async def test_another_time_limit_stays_what_it_is(engine: AsyncEngine) -> None:
    async def work() -> None:
        async with working(engine):
            raise TimeoutError("of something else")

    with pytest.raises(TimeoutError, match="of something else"):
        await work()


async def test_a_request_that_is_given_up_stays_so(engine: AsyncEngine) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        async with working(engine):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
