"""What agents share: versions, conditions, merges, conflicts, and watchers at other services."""

from __future__ import annotations

import asyncio
from typing import Final, TypeAlias

import httpx
import pytest
from pydantic import JsonValue

from backend.settings import Settings
from backend.tests.application import create_agent
from backend.tests.integration.agents.crew import NOBODY, Services, Shown, answered, crew, events, refused

pytestmark = pytest.mark.anyio

Replica: TypeAlias = dict[str, tuple[int, JsonValue]]
"""Version and value of each key."""

STATE: Final = "state"
RESOURCE: Final = "resource"
KINDS: Final = [STATE, RESOURCE]
ROUNDS: Final = 3
KEYS: Final = ("plan", "draft", "notes")


async def write(
    client: httpx.AsyncClient, kind: str, agent: str, value: object, *, match: str | None = None, **terms: object
) -> httpx.Response:
    """Write the value that is called `plan`, as shared state or as a resource."""
    headers = {} if match is None else {"If-Match": match}
    if kind == STATE:
        body = {"key": "plan", "value": value, **terms}
        return await client.post(f"/api/agents/{agent}/state", json=body, headers=headers)
    body = {"agent_id": agent, "value": value, **terms}
    return await client.put("/api/resources/plan", json=body, headers=headers)


async def read(client: httpx.AsyncClient, kind: str, agent: str, known: str | None = None) -> httpx.Response:
    """Read the value that is called `plan`."""
    headers = {} if known is None else {"If-None-Match": known}
    path = f"/api/agents/{agent}/state/plan" if kind == STATE else "/api/resources/plan"
    return await client.get(path, headers=headers)


def current(refusal: Shown) -> tuple[int, JsonValue, str]:
    """Return what a refusal says of the current version: its number, its value and who wrote it."""
    told = refusal["current"]
    return told["version"], told["value"], told["written_by"]


async def test_shared_agent_state(client: httpx.AsyncClient) -> None:
    agent1, agent2 = await crew(client, "Agent1", "Agent2")
    answered(await client.post(f"/api/agents/{agent1}/state", json={"key": "shared_data", "value": "test_value"}))
    response = await client.get(f"/api/agents/{agent2}/state/shared_data")
    assert response.status_code == 200
    assert response.json()["value"] == "test_value"
    assert response.json()["written_by"] == agent1


async def test_agent_conflict_resolution(client: httpx.AsyncClient) -> None:
    agent1, agent2 = await crew(client, "Agent1", "Agent2")
    response1 = await client.put("/api/resources/test", json={"agent_id": agent1, "value": "value1"})
    response2 = await client.put("/api/resources/test", json={"agent_id": agent2, "value": "value2"})
    assert response1.status_code != response2.status_code
    assert answered(response1)["value"] == "value1"
    assert current(refused(response2, 409)) == (1, "value1", agent1)


# --- versions and conditions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_versions_are_entity_tags(client: httpx.AsyncClient, kind: str) -> None:
    ada, bob = await crew(client, "Ada", "Bob")
    refused(await read(client, kind, bob), 404)
    first = await write(client, kind, ada, {"step": 1})
    assert (answered(first)["version"], first.headers["etag"]) == (1, '"1"')
    seen = await read(client, kind, bob)
    assert (answered(seen)["value"], seen.headers["etag"]) == ({"step": 1}, '"1"')
    known = await read(client, kind, bob, '"1"')
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", '"1"')
    second = await write(client, kind, bob, {"step": 2}, match=seen.headers["etag"])
    assert (answered(second)["written_by"], second.headers["etag"]) == (bob, '"2"')
    assert answered(await read(client, kind, ada, '"1"'))["value"] == {"step": 2}
    late = refused(await write(client, kind, ada, {"step": 3}, match='"1"'), 412)
    assert current(late) == (2, {"step": 2}, bob)


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_that_is_not_there_matches(client: httpx.AsyncClient, kind: str) -> None:
    [ada] = await crew(client, "Ada")
    assert "current" not in refused(await write(client, kind, ada, 1, match="*"), 412)
    assert "current" not in refused(await write(client, kind, ada, 1, version=1), 409)
    refused(await read(client, kind, ada), 404)


@pytest.mark.parametrize("kind", KINDS)
async def test_of_writers_who_read_the_same_version_one_wins(services: Services, kind: str) -> None:
    agents = await crew(services[0], *"ABCDEFGH")
    for version in range(3):
        writing = [
            write(services[turn % 2], kind, agent, f"{agent} {version}", version=version)
            for turn, agent in enumerate(agents)
        ]
        answers = await asyncio.gather(*writing)
        [winner] = [answered(each) for each in answers if each.status_code == 200]
        wanted = (version + 1, winner["value"], winner["written_by"])
        for each in answers:
            if each.status_code != 200:
                refusal = refused(each, 409)
                assert current(refusal) == wanted
                assert f"version is {version + 1}, which {winner['written_by']} wrote" in refusal["detail"]


@pytest.mark.parametrize("merge", [False, True], ids=["compare and set", "merge"])
@pytest.mark.parametrize("kind", KINDS)
async def test_many_concurrent_writers_lose_no_update(services: Services, kind: str, merge: bool) -> None:
    agents = await crew(services[0], *"ABCDE")

    async def add(turn: int, agent: str) -> int:
        """Add members of its own to what it knows, which is nothing at first; return how often that was too late."""
        version, value, refusals = 0, dict[str, JsonValue](), 0
        for number in range(ROUNDS):
            while True:
                mine = {**value, f"{agent} {number}": number}
                response = await write(services[turn % 2], kind, agent, mine, version=version, merge=merge)
                if response.status_code == 200:
                    version, value = answered(response)["version"], answered(response)["value"]
                    break
                refusals += 1
                version, value = refused(response, 409)["current"]["version"], response.json()["current"]["value"]
        return refusals

    refusals = await asyncio.gather(*[add(turn, agent) for turn, agent in enumerate(agents)])
    shown = answered(await read(services[1], kind, agents[0]))
    assert shown["value"] == {f"{agent} {number}": number for agent in agents for number in range(ROUNDS)}
    assert shown["version"] == len(agents) * ROUNDS
    assert (sum(refusals) == 0) is merge


# --- merges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_changes_of_different_members_are_merged(client: httpx.AsyncClient, kind: str) -> None:
    ada, bob = await crew(client, "Ada", "Bob")
    answered(await write(client, kind, ada, {"title": "Tides", "parts": {"intro": "?", "end": "?"}, "old": 1}))
    of_ada = {"title": "Tides", "parts": {"intro": "Ada's", "end": "?"}, "old": 1, "by": None}
    of_bob = {"title": "Tides of Harwich", "parts": {"intro": "?", "end": "Bob's"}}
    answered(await write(client, kind, ada, of_ada, version=1))
    merged = answered(await write(client, kind, bob, of_bob, version=1, merge=True))
    both = {"title": "Tides of Harwich", "parts": {"intro": "Ada's", "end": "Bob's"}, "by": None}
    assert (merged["value"], merged["version"], merged["written_by"]) == (both, 3, bob)
    assert answered(await read(client, kind, ada))["value"] == both


@pytest.mark.parametrize("kind", KINDS)
async def test_what_cannot_be_merged_is_listed_and_can_be_resolved(client: httpx.AsyncClient, kind: str) -> None:
    ada, bob = await crew(client, "Ada", "Bob")
    answered(await write(client, kind, ada, {"a": 1, "b": {"c/d": 1}, "e": [1], "same": 0}))
    theirs = {"a": 1, "b": {"c/d": 2}, "e": [1, 2], "same": 5}
    mine = {"a": 9, "b": {"c/d": 3}, "e": [1, 3], "same": 5}
    answered(await write(client, kind, ada, theirs, version=1))
    refusal = refused(await write(client, kind, bob, mine, version=1, merge=True), 409)
    assert sorted(refusal["conflicts"]) == ["/b/c~1d", "/e"]
    assert current(refusal) == (2, theirs, ada)
    assert answered(await read(client, kind, ada))["value"] == theirs, "a merge is whole or nothing"
    agreed = {**theirs, "a": 9, "e": [1, 2, 3]}
    assert answered(await write(client, kind, bob, agreed, version=refusal["current"]["version"]))["version"] == 3


# --- watchers --------------------------------------------------------------------------------------------------------


def watch(agent: str, key: str | None = None) -> str:
    return f"/api/agents/{agent}/state/{'' if key is None else key + '/'}watch"


async def put(client: httpx.AsyncClient, agent: str, key: str, value: JsonValue) -> Shown:
    return answered(await client.post(f"/api/agents/{agent}/state", json={"key": key, "value": value}))


def take(replica: Replica, changes: list[Shown]) -> None:
    """Bring a replica forward, which never goes back."""
    for change in changes:
        assert change["version"] > replica.get(change["key"], (0, None))[0]
        replica[change["key"]] = (change["version"], change["value"])


async def poll(client: httpx.AsyncClient, agent: str, until: int) -> Replica:
    """Follow all keys question by question, up to a revision."""
    replica: Replica = {}
    after = 0
    while after < until:
        page = answered(await client.get(watch(agent), params={"after": after, "wait": 30}))
        assert page["changes"], "the wait was over before all was written"
        take(replica, page["changes"])
        after = page["next"]
    return replica


async def follow(services: Services, agent: str, until: int) -> Replica:
    """Follow all keys by streams, up to a revision; each breaks off after a few events and goes on elsewhere."""
    replica: Replica = {}
    after, turn = 0, 0
    while after < until:
        async with events(services[turn % 2], watch(agent) + "?after=0", after=after) as coming:
            for _ in range(5):
                name, after, data = await anext(coming)
                take(replica, data["changes"] if name == "snapshot" else [data])
                if after >= until:
                    break
        turn += 1
    return replica


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(shared_versions=1)], ids=["all versions", "only the current ones are kept"]
)
async def test_state_synchronization_of_replicas(services: Services, settings: Settings) -> None:
    agents = await crew(services[0], "Ada", "Bob", "Cleo")
    rounds = 8
    last = len(agents) * rounds

    async def change(turn: int, agent: str) -> None:
        for number in range(rounds):
            await put(services[(turn + number) % 2], agent, KEYS[(turn * number) % len(KEYS)], f"{agent} {number}")

    polled, followed, _ = await asyncio.gather(
        poll(services[0], agents[0], last),
        follow(services, agents[1], last),
        asyncio.gather(*[change(turn, agent) for turn, agent in enumerate(agents)]),
    )
    assert polled == followed
    assert polled.keys() == set(KEYS)
    for key, (version, value) in polled.items():
        shown = answered(await services[1].get(f"/api/agents/{agents[2]}/state/{key}"))
        assert (shown["version"], shown["value"]) == (version, value)


async def hand_over(one: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """Let two agents count in one value, each at its own service, and each waiting for what the other writes."""

    async def count(client: httpx.AsyncClient, agent: str, version: int) -> None:
        while version <= 2 * ROUNDS:
            page = answered(await client.get(watch(agent, "plan"), params={"after": version - 1, "wait": 30}))
            [change] = page["changes"]
            assert (change["version"], change["value"]) == (version, version)
            answered(await write(client, STATE, agent, version + 1, version=version))
            version += 2

    ada, bob = await crew(one, "Ada", "Bob")
    counting = asyncio.gather(count(one, ada, 1), count(other, bob, 2))
    answered(await write(other, STATE, bob, 1, version=0))
    await counting
    assert answered(await read(one, STATE, ada))["value"] == 2 * ROUNDS + 1


async def stream(one: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """Watch a value and all of them at one service while they are written at the other."""
    [ada] = await crew(one, "Ada")
    begun = (await put(other, ada, "tide", "low"))["revision"]
    async with (
        events(one, watch(ada, "tide") + "?after=0") as of_one,
        events(one, watch(ada) + f"?after={begun - 1}") as of_all,
    ):
        heard = [await anext(of_one), await anext(of_all)]
        await put(other, ada, "wind", "east")
        heard.append(await anext(of_all))
        await put(other, ada, "tide", "high")
        heard += [await anext(of_one), await anext(of_all)]
    assert [(name, number) for name, number, _ in heard] == [
        ("change", number) for number in (1, begun, begun + 1, 2, begun + 2)
    ]
    assert [data["value"] for *_, data in heard] == ["low", "low", "east", "high", "high"]


async def test_a_waiting_watcher_is_woken_by_what_is_written_at_another_service(services: Services) -> None:
    await hand_over(*services)


async def test_a_stream_shows_what_is_written_at_another_service(services: Services) -> None:
    await stream(*services)


async def test_watchers_are_woken_by_what_is_written_at_another_process(
    services: Services, process: httpx.AsyncClient
) -> None:
    await hand_over(services[0], process)
    await stream(process, services[0])


# --- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "doing"), [(STATE, "write shared state"), (RESOURCE, "write resources")], ids=KINDS)
async def test_maturity_decides_who_may_write(client: httpx.AsyncClient, kind: str, doing: str) -> None:
    for maturity in ("STUDENT", "INTERN"):
        agent = await create_agent(client, "Scout", maturity)
        refusal = refused(await write(client, kind, agent, 0), 403)
        assert refusal["detail"] == f"agent 'Scout' is {maturity}: to {doing} needs SUPERVISED or more"
        refused(await read(client, kind, agent), 404)
    reader = await create_agent(client, "Reader", "STUDENT")
    for version, maturity in enumerate(("SUPERVISED", "AUTONOMOUS")):
        agent = await create_agent(client, "Scout", maturity)
        answered(await write(client, kind, agent, maturity, version=version))
        assert answered(await read(client, kind, reader))["value"] == maturity, "reading is open to all"


async def test_agents_that_are_not_there(client: httpx.AsyncClient) -> None:
    for kind in KINDS:
        assert NOBODY in refused(await write(client, kind, NOBODY, 1), 404)["detail"]
    refused(await read(client, STATE, NOBODY), 404)
    refused(await client.get(watch(NOBODY), params={"after": 0}), 404)


async def test_a_merge_needs_the_version_that_was_read(client: httpx.AsyncClient) -> None:
    [ada] = await crew(client, "Ada")
    for kind in KINDS:
        refused(await write(client, kind, ada, {}, merge=True), 422)
        answered(await write(client, kind, ada, {}, version=0))
        refused(await write(client, kind, ada, {}, version=1, match='"2"'), 422)
