from __future__ import annotations

import httpx
import pytest
from pydantic import SecretStr

from backend.parts import World
from backend.settings import Settings
from backend.tests.application import client_of, make_app
from backend.tests.network import CountingResolver, CountingTransport

pytestmark = pytest.mark.anyio


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "ok",
        "database": "ok",
        "cache": "ok",
        "breakers": {"mode": "shared", "open": {}},
    }


async def test_a_worker_tells_of_its_durable_work(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url, worker=True)) as client:
        ready = (await client.get("/readyz")).json()
    assert (ready["status"], ready["durable"]) == ("ok", "ok")


async def test_a_head_is_answered_like_a_get(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await client.head(path)).status_code == 200
        assert (await client.put(path)).headers["allow"] == "GET, HEAD"


async def test_whom_the_service_calls_is_told_to_those_with_a_key_only(database_url: str, redis_url: str) -> None:
    refused = httpx.Response(500, headers={"retry-after": "0"})
    settings = Settings(api_keys=(SecretStr("key"),), breaker_failures=1)
    world = World(resolver=CountingResolver(), fetch_transport=CountingTransport(lambda _: refused))
    key = {"authorization": "Bearer key"}
    async with client_of(make_app(database_url, redis_url, settings=settings, world=world)) as client:
        agent = (await client.post("/api/agents", json={"name": "a"}, headers=key)).json()["id"]
        call = {"url": "https://api.example.com/", "max_retries": 0}
        assert (await client.post(f"/api/agents/{agent}/fetch", json=call, headers=key)).status_code == 502
        known = await client.get("/readyz", headers=key)
        unknown = await client.get("/readyz")
        wrong = await client.get("/readyz", headers={"authorization": "Bearer other"})
    [(name, condition)] = known.json()["breakers"]["open"].items()
    assert ("api.example.com" in name, condition) == (True, "open")
    assert unknown.json()["breakers"] == wrong.json()["breakers"] == {"mode": "shared", "open_count": 1}


async def test_alive_but_not_ready_without_the_database(redis_url: str) -> None:
    async with client_of(make_app("postgresql://nobody:none@127.0.0.1:9/none", redis_url)) as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert "retry-after" in ready.headers


async def test_degraded_without_the_cache(database_url: str) -> None:
    async with client_of(make_app(database_url, "redis://127.0.0.1:9/0")) as client:
        ready = await client.get("/readyz")
        missed = await client.get("/api/cache/get/key")
    assert (ready.json()["status"], ready.json()["breakers"]["mode"]) == ("degraded", "in-process")
    assert missed.status_code == 503
