from __future__ import annotations

import pytest

from backend.cache.client import make_client
from backend.cache.store import Cache
from backend.clock import SystemClock
from backend.database.engine import make_engine
from backend.errors import UnavailableError
from backend.health.checks import Found, Health, Readiness
from backend.outgoing.breakers.breakers import Breakers, Mode
from backend.settings import Settings

pytestmark = pytest.mark.anyio
NOBODY_REDIS = "redis://127.0.0.1:9/0"
NOBODY_DATABASE = "postgresql://nobody:none@127.0.0.1:9/none"


async def check(database_url: str, redis_url: str) -> Found:
    engine, client = make_engine(database_url, Settings()), make_client(redis_url)
    breakers = Breakers(client, SystemClock(), failures=1, open_for=1, probe_for=1)
    try:
        return await Health(engine=engine, cache=Cache(client), breakers=breakers).check()
    finally:
        await breakers.aclose()
        await client.aclose()
        await engine.dispose()


async def test_all_is_there(database_url: str, redis_url: str) -> None:
    found = await check(database_url, redis_url)
    assert found == Found(status=Readiness.OK, cache=Readiness.OK, breakers=Mode.SHARED, open={})


async def test_without_the_cache_breakers_are_in_process(database_url: str) -> None:
    found = await check(database_url, NOBODY_REDIS)
    assert found == Found(status=Readiness.DEGRADED, cache=Readiness.GONE, breakers=Mode.IN_PROCESS, open={})


async def test_without_the_database_nothing_goes(redis_url: str) -> None:
    with pytest.raises(UnavailableError, match="database"):
        await check(NOBODY_DATABASE, redis_url)
