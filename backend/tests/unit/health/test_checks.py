from __future__ import annotations

import pytest

from backend.cache.client import make_client
from backend.cache.store import Cache
from backend.clock import SystemClock
from backend.database.engine import make_durable_engine, make_engine
from backend.durable.engine import Engine
from backend.errors import UnavailableError
from backend.health.checks import Found, Health, Readiness
from backend.outgoing.breakers.breakers import Breakers, Mode
from backend.settings import Settings

pytestmark = pytest.mark.anyio
NOBODY_REDIS = "redis://127.0.0.1:9/0"
NOBODY_DATABASE = "postgresql://nobody:none@127.0.0.1:9/none"


async def check(database_url: str, redis_url: str, *, worker: bool = False) -> Found:
    settings = Settings(worker=worker)
    engine, client = make_engine(database_url, settings), make_client(redis_url)
    durable = Engine(make_durable_engine(database_url, settings), workflows={}, settings=settings)
    breakers = Breakers(client, SystemClock(), failures=1, open_for=1, probe_for=1)
    try:
        async with durable.running():
            return await Health(engine=engine, cache=Cache(client), durable=durable, breakers=breakers).check()
    finally:
        await breakers.aclose()
        await client.aclose()
        await engine.dispose()


async def test_all_is_there(database_url: str, redis_url: str) -> None:
    found = await check(database_url, redis_url, worker=True)
    assert found == Found(status=Readiness.OK, cache=Readiness.OK, durable=Readiness.OK, breakers=Mode.SHARED, open={})


async def test_a_process_that_is_no_worker_is_ready_without_an_engine(database_url: str, redis_url: str) -> None:
    found = await check(database_url, redis_url, worker=False)
    assert (found.status, found.durable) == (Readiness.OK, None)


async def test_without_the_cache_breakers_are_in_process(database_url: str) -> None:
    found = await check(database_url, NOBODY_REDIS)
    assert found == Found(
        status=Readiness.DEGRADED, cache=Readiness.GONE, durable=None, breakers=Mode.IN_PROCESS, open={}
    )


async def test_without_the_database_nothing_goes(redis_url: str) -> None:
    with pytest.raises(UnavailableError, match="database"):
        await check(NOBODY_DATABASE, redis_url)
