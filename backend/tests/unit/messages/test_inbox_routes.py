from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from backend.errors import UnavailableError
from backend.messages.inbox_routes import _events
from backend.messages.message import LARGEST_NUMBER, Message
from backend.parts import World
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.listening import listening
from backend.tests.virtual_clock import VirtualClock
from tapecheck import SSEDecoder

pytestmark = pytest.mark.anyio

EVENTS = {"Accept": "text/event-stream"}


async def send(client: httpx.AsyncClient, sender: str, recipient: str, *messages: str) -> None:
    for message in messages:
        body = {"target_agent_id": recipient, "message": message}
        assert (await client.post(f"/api/agents/{sender}/message", json=body)).status_code == 200


async def test_an_inbox_is_read_and_acknowledged(client: httpx.AsyncClient) -> None:
    one, two = await create_agent(client), await create_agent(client)
    path = f"/api/agents/{two}/messages"
    await send(client, one, two, "a", "b", "c")
    page = (await client.get(path, params={"limit": 2})).json()
    assert [(each["number"], each["message"]) for each in page["messages"]] == [(1, "a"), (2, "b")]
    assert page["messages"][0].keys() == {"number", "id", "sender", "kind", "message", "sent_at"}
    assert (page["next"], page["acknowledged"]) == (2, 0)
    assert (await client.post(f"{path}/acknowledge", json={"up_to": 2})).json() == {"acknowledged": 2}
    rest = (await client.get(path)).json()
    assert ([each["message"] for each in rest["messages"]], rest["acknowledged"]) == (["c"], 2)
    again = (await client.get(path, params={"after": 0})).json()
    assert [each["message"] for each in again["messages"]] == ["a", "b", "c"]
    ahead = await client.post(f"{path}/acknowledge", json={"up_to": 4})
    assert ahead.status_code == 409
    assert "the last one is 3" in ahead.json()["detail"]


async def test_only_what_is_wanted_is_shown(client: httpx.AsyncClient) -> None:
    one, two, three = [await create_agent(client) for _ in range(3)]
    await send(client, one, three, "a")
    await send(client, two, three, "b")
    await client.post(f"/api/agents/{one}/broadcast", json={"message": "c"})
    for parameters, wanted in (({"from": one}, ["a", "c"]), ({"kind": "broadcast"}, ["c"]), ({"from": "x"}, [])):
        page = await client.get(f"/api/agents/{three}/messages", params=parameters)
        assert [each["message"] for each in page.json()["messages"]] == wanted


async def test_a_wait_that_nothing_comes_of_is_an_empty_page(database_url: str, redis_url: str) -> None:
    clock = VirtualClock()
    async with client_of(make_app(database_url, redis_url, world=World(clock=clock))) as client:
        agent = await create_agent(client)
        page = await client.get(f"/api/agents/{agent}/messages", params={"wait": 60})
    assert page.json() == {"messages": [], "next": 0, "acknowledged": 0}
    assert sum(clock.slept) >= 60


async def test_a_wait_ends_with_a_message(client: httpx.AsyncClient) -> None:
    one, two = await create_agent(client), await create_agent(client)
    waiting = asyncio.create_task(client.get(f"/api/agents/{two}/messages", params={"wait": 60}))
    await send(client, one, two, "now")
    assert [each["message"] for each in (await waiting).json()["messages"]] == ["now"]


@pytest.mark.parametrize(
    ("parameters", "pointer"),
    [
        ({"wait": 61}, "/query/wait"),
        ({"wait": "nan"}, "/query/wait"),
        ({"limit": 0}, "/query/limit"),
        ({"limit": 101}, "/query/limit"),
        ({"after": -1}, "/query/after"),
        ({"after": LARGEST_NUMBER + 1}, "/query/after"),
        ({"kind": "secret"}, "/query/kind"),
        ({"from": "\0"}, "/query/from"),
    ],
    ids=str,
)
async def test_a_question_that_is_wrong(
    client: httpx.AsyncClient, parameters: Mapping[str, str | int], pointer: str
) -> None:
    agent = await create_agent(client)
    refused = await client.get(f"/api/agents/{agent}/messages", params=parameters)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize("up_to", [-1, True, "1", 1.5, LARGEST_NUMBER + 1, None])
async def test_an_acknowledgement_that_is_wrong(client: httpx.AsyncClient, up_to: object) -> None:
    agent = await create_agent(client)
    refused = await client.post(f"/api/agents/{agent}/messages/acknowledge", json={"up_to": up_to})
    assert refused.status_code == 422


@pytest.mark.parametrize("headers", [{}, EVENTS], ids=["page", "stream"])
async def test_an_agent_that_is_not_there(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    missing = await client.get("/api/agents/nobody/messages", headers=headers)
    assert missing.status_code == 404
    assert (await client.post("/api/agents/nobody/messages/acknowledge", json={"up_to": 0})).status_code == 404


async def events(response: httpx.Response) -> AsyncIterator[tuple[str | None, str | None, object]]:
    """The events of a stream: name, id and data."""
    assert response.headers["content-type"].startswith("text/event-stream")
    decoder = SSEDecoder()
    async for chunk in response.aiter_bytes():
        for event in decoder.feed(chunk):
            yield event.name, event.id, json.loads(event.data)


async def test_messages_are_streamed_as_they_come(database_url: str, redis_url: str) -> None:
    async with listening(make_app(database_url, redis_url)) as client:
        one, two = await create_agent(client), await create_agent(client)
        path = f"/api/agents/{two}/messages"
        await send(client, one, two, "a", "b")
        async with client.stream("GET", path, headers=EVENTS) as response:
            stream = events(response)
            found = [await anext(stream), await anext(stream)]
            await send(client, one, two, "c")
            found.append(await anext(stream))
        async with client.stream("GET", path, headers={**EVENTS, "Last-Event-ID": "2"}, params={"after": 0}) as resumed:
            assert await anext(events(resumed)) == found[2]
        wrong = await client.get(path, headers={**EVENTS, "Last-Event-ID": "x"})
    assert [(name, identifier) for name, identifier, _ in found] == [
        ("message", "1"),
        ("message", "2"),
        ("message", "3"),
    ]
    assert [data["message"] for *_, data in found if isinstance(data, dict)] == ["a", "b", "c"]
    assert wrong.status_code == 422


async def test_a_silent_stream_shows_that_it_is_there(database_url: str, redis_url: str) -> None:
    async with listening(make_app(database_url, redis_url, world=World(clock=VirtualClock()))) as client:
        agent = await create_agent(client)
        async with client.stream("GET", f"/api/agents/{agent}/messages", headers=EVENTS) as response:
            lines = response.aiter_lines()
            assert [await anext(lines) for _ in range(3)] == [": ping", "", ": ping"]


async def test_a_stream_that_cannot_go_on_says_why() -> None:
    async def failing() -> AsyncIterator[Message | None]:
        yield None
        raise UnavailableError("the database cannot be reached: try again later")

    ping, error = [each.decode() async for each in _events(failing())]
    assert ping == ": ping\n\n"
    assert error.startswith("event: error\n")
    assert '"status":503' in error
