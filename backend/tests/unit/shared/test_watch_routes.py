from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from psycopg import AsyncConnection

from backend.settings import Settings
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.listening import listening
from backend.tests.unit.shared.streaming import Event, events_of

pytestmark = pytest.mark.anyio


async def put(client: httpx.AsyncClient, agent: str, key: str, value: object) -> None:
    written = await client.post(f"/api/agents/{agent}/state", json={"key": key, "value": value})
    assert written.status_code == 200, written.text


def path_of(agent: str, key: str | None = None) -> str:
    return f"/api/agents/{agent}/state/" + ("watch" if key is None else f"{quote(key, safe='')}/watch")


async def taken(events: AsyncIterator[Event], count: int) -> list[Event]:
    return [await anext(events) for _ in range(count)]


def told(changes: list[dict[str, object]]) -> list[tuple[object, object, object]]:
    return [(each["key"], each["version"], each["value"]) for each in changes]


async def test_what_is_new_comes_in_order(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    for value, key in enumerate("aba"):
        await put(client, agent, key, value)
    everything = (await client.get(path_of(agent), params={"after": 0})).json()
    assert told(everything["changes"]) == [("a", 1, 0), ("b", 1, 1), ("a", 2, 2)]
    assert (everything["next"], everything["snapshot"]) == (3, False)
    of_one = (await client.get(path_of(agent, "a"), params={"after": 1})).json()
    assert (told(of_one["changes"]), of_one["next"]) == ([("a", 2, 2)], 2)
    nothing = (await client.get(path_of(agent, "a"), params={"after": 2})).json()
    assert nothing == {"changes": [], "snapshot": False, "next": 2}


async def test_a_write_ends_the_wait(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    waiting = [
        asyncio.create_task(client.get(path_of(agent, key), params={"after": 0, "wait": 60})) for key in (None, "a")
    ]
    await asyncio.sleep(0)
    await put(client, agent, "a", None)
    for response in await asyncio.gather(*waiting):
        assert told(response.json()["changes"]) == [("a", 1, None)]


@pytest.mark.parametrize("key", ["watch", "a/watch", "watch/watch", "a/b c?ü"])
async def test_a_watch_says_after_and_a_look_at_a_key_does_not(client: httpx.AsyncClient, key: str) -> None:
    agent = await create_agent(client)
    for each in ("a", "watch", "a/watch", "watch/watch", "a/b c?ü"):
        await put(client, agent, each, each)
    found = await client.get(f"/api/agents/{agent}/state/{quote(key, safe='')}")
    assert found.json()["value"] == key
    watched = await client.get(path_of(agent, key), params={"after": 0})
    assert told(watched.json()["changes"]) == [(key, 1, key)]
    everything = await client.get(path_of(agent), params={"after": 0})
    assert everything.json()["next"] == 5


async def test_lost_history_is_told_by_a_snapshot(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url, settings=Settings(shared_versions=1))) as client:
        agent = await create_agent(client)
        for value in range(3):
            await put(client, agent, "a", value)
        found = (await client.get(path_of(agent, "a"), params={"after": 1})).json()
        assert (told(found["changes"]), found["snapshot"], found["next"]) == ([("a", 3, 2)], True, 3)


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("after=-1", {}),
        ("after=", {}),
        ("after=a", {}),
        ("after=0&wait=61", {}),
        ("after=0&wait=-1", {}),
        ("after=0", {"last-event-id": "a"}),
        (f"after={2**63}", {}),
    ],
)
async def test_a_wrong_request_is_told(client: httpx.AsyncClient, query: str, headers: dict[str, str]) -> None:
    agent = await create_agent(client)
    for path in (path_of(agent), path_of(agent, "a")):
        assert (await client.get(f"{path}?{query}", headers=headers)).status_code == 422


async def test_there_must_be_an_agent(client: httpx.AsyncClient) -> None:
    for path in (path_of("absent"), path_of("absent", "a")):
        assert (await client.get(path, params={"after": 0})).status_code == 404


async def test_a_watch_can_only_be_read(client: httpx.AsyncClient) -> None:
    refused = await client.delete(path_of(await create_agent(client)), params={"after": 0})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


async def test_events_are_pushed_and_a_stream_goes_on_where_it_broke_off(database_url: str, redis_url: str) -> None:
    async with listening(make_app(database_url, redis_url)) as client:
        agent = await create_agent(client)
        await put(client, agent, "a", 0)
        async with events_of(client, path_of(agent) + "?after=0") as events:
            [first] = await taken(events, 1)
            for key, value in (("b", None), ("a", 2)):
                await put(client, agent, key, value)
            rest = await taken(events, 2)
        assert [(each.name, each.id) for each in (first, *rest)] == [("change", str(number)) for number in (1, 2, 3)]
        assert told([json.loads(each.data) for each in rest]) == [("b", 1, None), ("a", 2, 2)]
        async with events_of(client, path_of(agent) + "?after=0", **{"last-event-id": "2"}) as events:
            assert await taken(events, 1) == rest[1:]
        async with events_of(client, path_of(agent, "a") + "?after=1") as events:
            [of_one] = await taken(events, 1)
            assert (of_one.id, of_one.data) == ("2", rest[1].data)


async def test_a_stream_tells_of_lost_history_and_of_a_lost_database(database_url: str, redis_url: str) -> None:
    settings = Settings(shared_versions=1, database_timeout=1)
    async with listening(make_app(database_url, redis_url, settings=settings)) as client:
        agent = await create_agent(client)
        for value in range(3):
            await put(client, agent, "a", value)
        async with events_of(client, path_of(agent) + "?after=1") as events:
            [snapshot] = await taken(events, 1)
            assert (snapshot.name, snapshot.id, json.loads(snapshot.data)["snapshot"]) == ("snapshot", "3", True)
            async with await AsyncConnection.connect(database_url) as locking:
                await locking.execute("LOCK TABLE shared_versions")  # nobody can read it until this transaction ends
                async with await AsyncConnection.connect(database_url, autocommit=True) as notifying:
                    await notifying.execute("SELECT pg_notify('backend', 'shared:state')")
                [failed] = await taken(events, 1)
        assert (failed.name, failed.id, json.loads(failed.data)["status"]) == ("error", None, 503)
