from __future__ import annotations

import httpx
import pytest
from pydantic import AnyHttpUrl

from backend.parts import World
from backend.settings import Settings
from backend.tests.application import client_of, make_app
from backend.tests.network import CountingTransport

pytestmark = pytest.mark.anyio


async def test_the_upstreams_answer_is_processed(database_url: str, redis_url: str) -> None:
    transport = CountingTransport(lambda request: httpx.Response(200, json=["result"]))
    settings = Settings(upstream_url=AnyHttpUrl("https://api.example.com/endpoint"))
    app = make_app(database_url, redis_url, settings=settings, world=World(transport=transport))
    async with client_of(app) as client:
        response = await client.post("/api/endpoint", json={"data": "test"})
    assert (response.status_code, response.json()) == (200, {"processed": True, "status": 200, "result": ["result"]})


async def test_without_an_upstream_it_is_unavailable(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/endpoint", json={"data": None})
    assert response.status_code == 503
    assert "BACKEND_UPSTREAM_URL" in response.json()["detail"]


async def test_data_have_to_be_there(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/endpoint", json={})).status_code == 422
