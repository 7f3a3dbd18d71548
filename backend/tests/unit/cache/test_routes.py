from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_set_then_get(client: httpx.AsyncClient) -> None:
    stored = await client.post("/api/cache/set", json={"key": "test_key", "value": {"a": [1, None]}, "ttl": 60})
    assert (stored.status_code, stored.json()) == (200, {"key": "test_key", "value": {"a": [1, None]}})
    found = await client.get("/api/cache/get/test_key")
    assert (found.status_code, found.json()) == (200, {"key": "test_key", "value": {"a": [1, None]}})


async def test_get_what_is_not_there(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/cache/get/absent")).status_code == 404


async def test_what_is_too_deep_to_be_written_is_not_kept(client: httpx.AsyncClient) -> None:
    value: object = 0
    for _ in range(254):
        value = [value]
    assert (await client.post("/api/cache/set", json={"key": "deep", "value": value})).status_code == 422
    assert (await client.get("/api/cache/get/deep")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{"key": "a"}, {"key": "", "value": 1}, {"key": "a/b", "value": 1}, {"key": "a", "value": 1, "ttl": 0}],
    ids=["no value", "no key", "slash", "no time"],
)
async def test_bad_entries(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await client.post("/api/cache/set", json=body)).status_code == 422
