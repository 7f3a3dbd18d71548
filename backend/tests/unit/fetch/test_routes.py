from __future__ import annotations

import httpx
import pytest

from backend.parts import World
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.network import CountingResolver, CountingTransport

pytestmark = pytest.mark.anyio


async def test_an_answer_is_passed_on(database_url: str, redis_url: str) -> None:
    transport = CountingTransport(lambda request: httpx.Response(200, json={"data": "success"}))
    world = World(resolver=CountingResolver(), fetch_transport=transport)
    async with client_of(make_app(database_url, redis_url, world=world)) as client:
        agent = await create_agent(client)
        response = await client.post(f"/api/agents/{agent}/fetch", json={"url": "https://api.example.com/data"})
    assert response.status_code == 200
    assert response.json() == {
        "url": "https://api.example.com/data",
        "status": 200,
        "content_type": "application/json",
        "data": {"data": "success"},
        "text": None,
        "attempts": 1,
    }


async def test_an_agent_that_is_not_there_fetches_nothing(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/agents/absent/fetch", json={"url": "https://api.example.com/data"})
    assert response.status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd", "gopher://example.com/"),
        *("//example.com/", "example.com", "https://", "http:///path", "https://a b/", "https://a.example/\x00", " "),
    ],
)
async def test_an_address_that_may_not_be_called_is_a_bad_request(client: httpx.AsyncClient, url: str) -> None:
    agent = await create_agent(client)
    response = await client.post(f"/api/agents/{agent}/fetch", json={"url": url})
    assert (response.status_code, response.json()["title"]) == (400, "Address refused")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": 1},
        {"url": "https://a.example/" + "x" * 2048},
        {"url": "https://a.example", "max_retries": -1},
        {"url": "https://a.example", "x": 1},
    ],
    ids=str,
)
async def test_bad_bodies(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    agent = await create_agent(client)
    assert (await client.post(f"/api/agents/{agent}/fetch", json=body)).status_code == 422
