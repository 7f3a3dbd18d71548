from __future__ import annotations

import pytest
import redis.exceptions

from backend.cache.client import check_url, make_client
from backend.errors import StartError

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


@pytest.mark.parametrize(
    "rest",
    [
        "127.0.0.1:abc/0",
        "127.0.0.1:99999/0",
        "127.0.0.1/0?socket_timeout=abc",
        "127.0.0.1/0?foo=bar",
        "127.0.0.1/0?protocol=9",
        "127.0.0.1/0?retry=often",
    ],
)
async def test_a_url_that_cannot_be_used_is_refused_at_once(rest: str) -> None:
    for refuse in (make_client, check_url):
        with pytest.raises(StartError, match="REDIS_URL") as caught:
            refuse(f"redis://:secret@{rest}")
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", ["redis://127.0.0.1:9", "rediss://:key@127.0.0.1:9/1", "unix:///nowhere.sock?db=2"])
async def test_a_server_that_is_not_there_is_no_reason_to_refuse(url: str) -> None:
    check_url(url)
