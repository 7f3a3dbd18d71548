from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import JsonValue

from backend.cache.client import make_client
from backend.cache.store import Cache
from backend.errors import NotFoundError, UnavailableError

pytestmark = pytest.mark.anyio


@pytest.fixture
async def cache(anyio_backend: str, redis_url: str) -> AsyncIterator[Cache]:
    client = make_client(redis_url)
    yield Cache(client)
    await client.aclose()


@pytest.mark.parametrize("value", ["text", "", None, 0, 2**70, 1.5, True, [1, {"a": None}], "\x00é😀"], ids=repr)
async def test_what_was_set_is_got(cache: Cache, value: JsonValue) -> None:
    await cache.set("key", "before")
    await cache.set("key", value)
    assert await cache.get("key") == value


async def test_what_was_never_set_is_not_found(cache: Cache) -> None:
    with pytest.raises(NotFoundError, match="'absent'"):
        await cache.get("absent")


async def test_a_value_lives_for_its_seconds(cache: Cache, redis_url: str) -> None:
    client = make_client(redis_url)
    await cache.set("brief", 1, ttl=100)
    await cache.set("lasting", 1)
    [key] = await client.keys("*brief")
    assert 90_000 < await client.pttl(key) <= 100_000
    [key] = await client.keys("*lasting")
    assert await client.pttl(key) == -1
    await client.aclose()


async def test_without_a_server_it_is_unavailable() -> None:
    client = make_client("redis://127.0.0.1:9/0")
    cache = Cache(client)
    for call in (cache.get("key"), cache.set("key", 1), cache.ping()):
        with pytest.raises(UnavailableError, match="cache"):
            await call
    await client.aclose()
