from __future__ import annotations

import httpx
import pytest

from backend.tests.application import client_of, make_app

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
