from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from backend.tests.application import create_agent

pytestmark = pytest.mark.anyio


async def put(
    client: httpx.AsyncClient, agent: str, value: object, name: str = "plan", **more: object
) -> httpx.Response:
    headers = {"if-match": str(more.pop("if_match"))} if "if_match" in more else {}
    body = {"agent_id": agent, "value": value, **more}
    return await client.put(f"/api/resources/{quote(name, safe='')}", json=body, headers=headers)


async def test_the_first_writer_wins_and_the_second_must_have_read(client: httpx.AsyncClient) -> None:
    one, other = [await create_agent(client, name) for name in ("One", "Other")]
    first = await put(client, one, "mine")
    assert (first.status_code, first.headers["etag"], first.json()["version"]) == (200, '"1"', 1)
    refused = await put(client, other, "no, mine")
    assert (refused.status_code, refused.json()["current"]) == (
        409,
        {"version": 1, "value": "mine", "written_by": one, "written_at": first.json()["written_at"]},
    )
    second = await put(client, other, "ours", version=1)
    assert (second.status_code, second.json()["version"], second.json()["written_by"]) == (200, 2, other)
    found = await client.get("/api/resources/plan")
    assert (found.json(), found.headers["etag"]) == (second.json(), '"2"')


async def test_a_resource_is_no_state(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    await client.post(f"/api/agents/{agent}/state", json={"key": "plan", "value": 1})
    assert (await client.get("/api/resources/plan")).status_code == 404
    assert (await put(client, agent, 2)).json() == {
        "name": "plan",
        "value": 2,
        "version": 1,
        "written_by": agent,
        "written_at": (await client.get("/api/resources/plan")).json()["written_at"],
    }


async def test_changes_are_merged_on_request(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    await put(client, agent, {"title": "Tides", "open": True})
    await put(client, agent, {"title": "Tides of Harwich", "open": True}, version=1)
    merged = await put(client, agent, {"title": "Tides", "open": None}, version=1, merge=True)
    assert merged.json()["value"] == {"title": "Tides of Harwich", "open": None}
    refused = await put(client, agent, {"title": "Ebb"}, version=1, merge=True)
    assert (refused.status_code, refused.json()["conflicts"]) == (409, ["/title", "/open"])
    assert (await client.get("/api/resources/plan")).json()["version"] == 3


async def test_a_header_may_say_what_was_read(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    assert (await put(client, agent, 1, if_match="*")).status_code == 412
    assert "current" not in (await put(client, agent, 1, if_match='"1"')).json()
    await put(client, agent, 1)
    assert (await put(client, agent, 2, if_match='"1"')).json()["version"] == 2
    assert (await put(client, agent, 3, if_match='"1"')).status_code == 412
    assert (await put(client, agent, 3, version=1, if_match='"2"')).status_code == 422


async def test_who_knows_a_version_is_not_sent_it(client: httpx.AsyncClient) -> None:
    await put(client, await create_agent(client), 1)
    unchanged = await client.get("/api/resources/plan", headers={"if-none-match": 'W/"1"'})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", '"1"')


async def test_only_the_mature_write_and_all_read(client: httpx.AsyncClient) -> None:
    for maturity, status in (("STUDENT", 403), ("INTERN", 403), ("SUPERVISED", 200)):
        assert (await put(client, await create_agent(client, "Scout", maturity), 1)).status_code == status
    absent = await put(client, "agt_" + "0" * 32, 1, version=1)
    assert (absent.status_code, absent.json()["detail"][:17]) == (404, "there is no agent")


@pytest.mark.parametrize("name", ["a/b", "watch", "größe %2F?", "x" * 255])
async def test_a_name_may_be_anything(client: httpx.AsyncClient, name: str) -> None:
    assert (await put(client, await create_agent(client), 1, name)).json()["name"] == name
    assert (await client.get(f"/api/resources/{quote(name, safe='')}")).json()["name"] == name


@pytest.mark.parametrize(
    "body",
    [{"value": 1}, {"agent_id": "a"}, {"agent_id": "a", "value": 1, "merge": True}, {"agent_id": "", "value": 1}],
    ids=str,
)
async def test_a_wrong_body_is_told(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await client.put("/api/resources/plan", json=body)).status_code == 422
    assert (await client.get("/api/resources/plan")).status_code == 404
