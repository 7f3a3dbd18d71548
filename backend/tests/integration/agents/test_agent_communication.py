"""Messages of agents: private ones and those for all, in order, once, and pushed across services."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from backend.tests.application import create_agent
from backend.tests.integration.agents.crew import (
    NOBODY,
    Services,
    Shown,
    answered,
    broadcast,
    crew,
    events,
    inbox,
    keyed,
    refused,
    said,
    send,
    whole_inbox,
)

pytestmark = pytest.mark.anyio

ROUNDS = 8


async def test_agent_to_agent_communication(client: httpx.AsyncClient) -> None:
    agent1 = await create_agent(client, "Agent1", "AUTONOMOUS")
    agent2 = await create_agent(client, "Agent2", "AUTONOMOUS")
    body = {"target_agent_id": agent2, "message": "Hello from Agent1"}
    response = await client.post(f"/api/agents/{agent1}/message", json=body)
    assert response.status_code == 200
    data = response.json()
    assert data["delivered"] is True
    [message] = (await inbox(client, agent2))["messages"]
    assert (message["id"], message["sender"], message["message"]) == (data["id"], agent1, "Hello from Agent1")


async def test_private_messaging(client: httpx.AsyncClient) -> None:
    ada, bob, cleo = await crew(client, "Ada", "Bob", "Cleo")
    await send(client, ada, bob, "for Bob")
    await send(client, ada, ada, "for me")
    [message] = await whole_inbox(client, bob)
    assert (message["kind"], message["number"], message["message"]) == ("private", 1, "for Bob")
    assert said(await whole_inbox(client, ada)) == ["for me"]
    assert await whole_inbox(client, cleo) == []


async def test_broadcast_messaging(client: httpx.AsyncClient) -> None:
    ada, *others = await crew(client, "Ada", "Bob", "Cleo")
    others.append(await create_agent(client, "Dot", "STUDENT"))
    await send(client, ada, others[0], "before")
    sent = await broadcast(client, ada, "for all")
    assert (sent["delivered"], sent["recipients"]) == (True, 3)
    [late] = await crew(client, "Eve")
    for agent, number in zip(others, [2, 1, 1], strict=True):
        message = (await whole_inbox(client, agent))[-1]
        assert (message["id"], message["number"]) == (sent["id"], number)
        assert (message["kind"], message["sender"], message["message"]) == ("broadcast", ada, "for all")
    for agent in (ada, late):
        assert await whole_inbox(client, agent) == []


# --- order, and once -------------------------------------------------------------------------------------------------


async def listen(client: httpx.AsyncClient, agent: str, wanted: int) -> list[Shown]:
    """Read an inbox as it fills, until so many messages have come."""
    heard: list[Shown] = []
    after = 0
    while len(heard) < wanted:
        page = await inbox(client, agent, after=after, wait=30, limit=5)
        assert page["messages"], "the wait was over before all had come"
        heard += page["messages"]
        after = page["next"]
    return heard


async def talk(services: Services, sender: str, recipients: Sequence[str]) -> None:
    """Tell numbers to all recipients one after the other, in turns at each service; every fourth goes to everybody."""
    for number in range(ROUNDS):
        client = services[number % 2]
        if number % 4 == 3:
            await broadcast(client, sender, str(number))
        else:
            for recipient in recipients:
                await send(client, sender, recipient, str(number))


async def test_messages_come_once_and_in_order_for_each_pair_under_concurrency(services: Services) -> None:
    senders = await crew(services[0], "Ada", "Bob", "Cleo", "Dot")
    recipients = await crew(services[0], "Eve", "Fay")
    wanted = ROUNDS * len(senders)
    listening = [listen(client, agent, wanted) for client, agent in zip(services, recipients, strict=True)]
    talking = [talk(services, sender, recipients) for sender in senders]
    heard, _ = await asyncio.gather(asyncio.gather(*listening), asyncio.gather(*talking))
    for recipient, messages in zip(recipients, heard, strict=True):
        assert [each["number"] for each in messages] == list(range(1, wanted + 1))
        for sender in senders:
            assert said(messages, sender) == [str(number) for number in range(ROUNDS)]
        assert await whole_inbox(services[0], recipient, limit=7) == messages, "what was missed, or came late"
    for sender in senders:
        received = await whole_inbox(services[1], sender)
        for other in senders:
            assert said(received, other) == ([] if other == sender else ["3", "7"])


async def test_an_idempotency_key_sends_once(services: Services) -> None:
    ada, bob, cleo = await crew(services[0], "Ada", "Bob", "Cleo")
    turns = [services[number % 2] for number in range(10)]
    sent = await asyncio.gather(*[send(client, ada, bob, "once", "key-1") for client in turns])
    spread = await asyncio.gather(*[broadcast(client, ada, "to all", "key-2") for client in turns])
    assert [len({each["id"] for each in answers}) for answers in (sent, spread)] == [1, 1]
    assert sorted(said(await whole_inbox(services[0], bob))) == ["once", "to all"]
    await send(services[1], cleo, bob, "another's", "key-1")
    body = {"target_agent_id": bob, "message": "something else"}
    other = await services[1].post(f"/api/agents/{ada}/message", json=body, headers=keyed("key-1"))
    assert sent[0]["id"] in refused(other, 422)["detail"]
    assert len(await whole_inbox(services[0], bob)) == 3


# --- read, and acknowledged ------------------------------------------------------------------------------------------


async def test_an_inbox_is_read_with_a_cursor_and_acknowledged_at_any_service(services: Services) -> None:
    one, other = services
    ada, bob = await crew(one, "Ada", "Bob")
    for number in range(1, 6):
        await send(services[number % 2], ada, bob, str(number))
    first = await inbox(one, bob, limit=2)
    second = await inbox(other, bob, limit=2, after=first["next"])
    assert (said(first["messages"]), said(second["messages"])) == (["1", "2"], ["3", "4"])
    path = f"/api/agents/{bob}/messages/acknowledge"
    assert answered(await one.post(path, json={"up_to": 4})) == {"acknowledged": 4}
    assert answered(await other.post(path, json={"up_to": 2})) == {"acknowledged": 4}, "it never goes back"
    rest = await inbox(other, bob)
    assert (said(rest["messages"]), rest["acknowledged"]) == (["5"], 4)
    assert "the last one is 5" in refused(await other.post(path, json={"up_to": 6}), 409)["detail"]
    assert said(await whole_inbox(one, bob)) == ["1", "2", "3", "4", "5"], "nothing is lost by it"


# --- pushed ----------------------------------------------------------------------------------------------------------


async def converse(one: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """Let two agents count together, each at its own service, and each waiting for what the other says."""

    async def count(client: httpx.AsyncClient, me: str, partner: str) -> list[int]:
        heard: list[int] = []
        after = 0
        while len(heard) < ROUNDS:
            page = await inbox(client, me, after=after, wait=30)
            [number] = map(int, said(page["messages"]))
            heard.append(number)
            after = page["next"]
            await send(client, me, partner, str(number + 1))
        return heard

    ada, bob = await crew(one, "Ada", "Bob")
    counting = asyncio.gather(count(one, ada, bob), count(other, bob, ada))
    await send(other, bob, ada, "0")
    assert tuple(await counting) == (list(range(0, 2 * ROUNDS, 2)), list(range(1, 2 * ROUNDS, 2)))


async def stream(one: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """Follow an inbox at one service while messages are sent at the other, be cut off, and go on at that one."""
    ada, bob = await crew(one, "Ada", "Bob")
    path = f"/api/agents/{bob}/messages"
    await send(other, ada, bob, "first")
    async with events(one, path) as coming:
        heard = [await anext(coming)]
        for send_next in (send(other, ada, bob, "second"), broadcast(other, ada, "third")):
            await send_next
            heard.append(await anext(coming))
    await send(one, ada, bob, "fourth")
    async with events(other, path, after=3) as coming:
        heard.append(await anext(coming))
        await send(one, ada, bob, "fifth")
        heard.append(await anext(coming))
    assert [(name, number) for name, number, _ in heard] == [("message", number) for number in range(1, 6)]
    assert [data for *_, data in heard] == await whole_inbox(one, bob)


async def test_a_waiting_reader_is_woken_by_what_is_sent_at_another_service(services: Services) -> None:
    await converse(*services)


async def test_a_stream_shows_what_is_sent_at_another_service(services: Services) -> None:
    await stream(*services)


async def test_readers_are_woken_by_what_is_sent_at_another_process(
    services: Services, process: httpx.AsyncClient
) -> None:
    await converse(services[0], process)
    await stream(process, services[0])


# --- refused ---------------------------------------------------------------------------------------------------------


PRIVATE = "send private messages needs INTERN or more"
PUBLIC = "broadcast needs SUPERVISED or more"


async def test_maturity_decides_who_may_send(client: httpx.AsyncClient) -> None:
    wanted = {"STUDENT": (PRIVATE, PUBLIC), "INTERN": ("", PUBLIC), "SUPERVISED": ("", ""), "AUTONOMOUS": ("", "")}
    reader = await create_agent(client, "Reader", "STUDENT")
    for maturity, (private, public) in wanted.items():
        agent = await create_agent(client, "Scout", maturity)
        for path, body, needed in (
            ("message", {"target_agent_id": reader, "message": "private"}, private),
            ("broadcast", {"message": "for all"}, public),
        ):
            response = await client.post(f"/api/agents/{agent}/{path}", json=body)
            if needed:
                assert refused(response, 403)["detail"] == f"agent 'Scout' is {maturity}: to {needed}"
            else:
                answered(response)
    read = said(await whole_inbox(client, reader))
    assert read == ["private", "private", "for all", "private", "for all"], "reading is open to all"


async def test_agents_that_are_not_there(client: httpx.AsyncClient) -> None:
    [agent] = await crew(client, "Ada")
    for path, body in (
        (f"{agent}/message", {"target_agent_id": NOBODY, "message": "?"}),
        (f"{NOBODY}/message", {"target_agent_id": agent, "message": "?"}),
        (f"{NOBODY}/broadcast", {"message": "?"}),
        (f"{NOBODY}/messages/acknowledge", {"up_to": 0}),
    ):
        assert NOBODY in refused(await client.post(f"/api/agents/{path}", json=body), 404)["detail"]
    refused(await client.get(f"/api/agents/{NOBODY}/messages"), 404)
    assert await whole_inbox(client, agent) == []
