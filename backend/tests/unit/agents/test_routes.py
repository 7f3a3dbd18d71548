from __future__ import annotations

import httpx
import pytest

from backend.tests.application import create_agent

pytestmark = pytest.mark.anyio


async def test_an_agent_is_created_and_found(client: httpx.AsyncClient) -> None:
    created = await client.post("/api/agents", json={"name": "TestAgent", "maturity": "STUDENT"})
    assert created.status_code == 200
    found = await client.get(f"/api/agents/{created.json()['id']}")
    assert found.json() == created.json()
    assert (found.json()["name"], found.json()["maturity"]) == ("TestAgent", "STUDENT")


async def test_an_agent_without_maturity_may_do_everything(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/agents", json={"name": "Agent1"})).json()["maturity"] == "AUTONOMOUS"


async def test_agents_come_page_by_page(client: httpx.AsyncClient) -> None:
    created = [await create_agent(client, f"Agent{number}") for number in range(5)]
    seen: list[str] = []
    after: str | None = None
    while True:
        page = (await client.get("/api/agents", params={"limit": 2} | ({"after": after} if after else {}))).json()
        seen += [agent["id"] for agent in page["agents"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(created)


@pytest.mark.parametrize("agent_id", ["absent", "agt_" + "0" * 32])
async def test_an_agent_that_is_not_there(client: httpx.AsyncClient, agent_id: str) -> None:
    response = await client.get(f"/api/agents/{agent_id}")
    assert response.status_code == 404
    assert agent_id in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "a\x00b"}, {"name": "x" * 201}, {"name": "x", "maturity": "WISE"}, {"name": 1}],
    ids=str,
)
async def test_no_agent_is_created_of_a_bad_body(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await client.post("/api/agents", json=body)).status_code == 422
    assert (await client.get("/api/agents")).json()["agents"] == []
