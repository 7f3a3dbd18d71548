from __future__ import annotations

import pytest
import redis.exceptions

from backend.cache.client import make_client

pytestmark = pytest.mark.anyio


async def test_it_reads_and_writes_text(redis_url: str) -> None:
    client = make_client(redis_url)
    await client.set("key", "värde")
    assert await client.get("key") == "värde"
    await client.aclose()


async def test_it_gives_up_where_nobody_listens() -> None:
    client = make_client("redis://127.0.0.1:9/0")
    with pytest.raises(redis.exceptions.ConnectionError):
        await client.ping()
    await client.aclose()
