from __future__ import annotations

import httpx
import pytest

from backend.tests.application import create_agent

pytestmark = pytest.mark.anyio

ABSENT = "agt_" + "0" * 32


async def inbox(client: httpx.AsyncClient, agent: str) -> list[dict[str, object]]:
    page = await client.get(f"/api/agents/{agent}/messages")
    assert page.status_code == 200, page.text
    found: list[dict[str, object]] = page.json()["messages"]
    return found


async def test_a_private_message_is_delivered(client: httpx.AsyncClient) -> None:
    one, two = await create_agent(client, "Agent1"), await create_agent(client, "Agent2")
    sent = await client.post(
        f"/api/agents/{one}/message", json={"target_agent_id": two, "message": "Hello from Agent1"}
    )
    assert sent.status_code == 200
    assert sent.json()["delivered"] is True
    [message] = await inbox(client, two)
    assert (message["id"], message["sender"], message["message"]) == (sent.json()["id"], one, "Hello from Agent1")


async def test_a_broadcast_is_delivered_to_all_others(client: httpx.AsyncClient) -> None:
    one, two, three = [await create_agent(client, f"Agent{number}") for number in range(3)]
    sent = await client.post(f"/api/agents/{one}/broadcast", json={"message": "To all"})
    assert sent.json() == {"delivered": True, "id": sent.json()["id"], "recipients": 2}
    assert [len(await inbox(client, agent)) for agent in (one, two, three)] == [0, 1, 1]


async def test_a_key_means_the_same_in_quotes_and_without(client: httpx.AsyncClient) -> None:
    one, two = await create_agent(client), await create_agent(client)
    body = {"target_agent_id": two, "message": "once"}
    answers = [
        await client.post(f"/api/agents/{one}/message", json=body, headers={"Idempotency-Key": key})
        for key in ("8e03", '"8e03"', "8e03")
    ]
    assert [answer.json() for answer in answers] == [answers[0].json()] * 3
    assert len(await inbox(client, two)) == 1
    other = await client.post(
        f"/api/agents/{one}/broadcast", json={"message": "once"}, headers={"Idempotency-Key": "8e03"}
    )
    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["detail"]


@pytest.mark.parametrize("key", ["", '"', 'a"b', "a b", "\\", "é", "x" * 256])
async def test_a_key_that_is_none(client: httpx.AsyncClient, key: str) -> None:
    one = await create_agent(client)
    refused = await client.post(
        f"/api/agents/{one}/broadcast", json={"message": "x"}, headers={b"Idempotency-Key": key.encode()}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/header/idempotency-key"


async def test_who_is_not_mature_enough_is_told_what_is_needed(client: httpx.AsyncClient) -> None:
    student, other = await create_agent(client, "Scout", "STUDENT"), await create_agent(client)
    private = await client.post(f"/api/agents/{student}/message", json={"target_agent_id": other, "message": "x"})
    to_all = await client.post(f"/api/agents/{student}/broadcast", json={"message": "x"})
    assert (private.status_code, to_all.status_code) == (403, 403)
    assert private.json()["detail"] == "agent 'Scout' is STUDENT: to send private messages needs INTERN or more"
    assert to_all.json()["detail"] == "agent 'Scout' is STUDENT: to broadcast needs SUPERVISED or more"


async def test_agents_that_are_not_there(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    for path, body in (
        (f"{agent}/message", {"target_agent_id": ABSENT, "message": "x"}),
        (f"{ABSENT}/message", {"target_agent_id": agent, "message": "x"}),
        (f"{ABSENT}/broadcast", {"message": "x"}),
    ):
        response = await client.post(f"/api/agents/{path}", json=body)
        assert response.status_code == 404
        assert ABSENT in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [{}, {"message": ""}, {"message": "a\x00b"}, {"message": "x" * 100_001}, {"message": 1}, {"message": "x", "y": 1}],
    ids=lambda body: str(body)[:30],
)
async def test_a_message_that_is_none(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    agent = await create_agent(client)
    assert (await client.post(f"/api/agents/{agent}/broadcast", json=body)).status_code == 422
    private = {"target_agent_id": agent, **body}
    assert (await client.post(f"/api/agents/{agent}/message", json=private)).status_code == 422
    assert await inbox(client, agent) == []
