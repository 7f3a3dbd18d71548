from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from backend.tests.application import create_agent

pytestmark = pytest.mark.anyio

NOBODY = "agt_" + "0" * 32


async def put(client: httpx.AsyncClient, agent: str, key: str, value: object, **more: object) -> httpx.Response:
    headers = {"if-match": str(more.pop("if_match"))} if "if_match" in more else {}
    return await client.post(f"/api/agents/{agent}/state", json={"key": key, "value": value, **more}, headers=headers)


async def get(client: httpx.AsyncClient, agent: str, key: str, **headers: str) -> httpx.Response:
    return await client.get(f"/api/agents/{agent}/state/{quote(key, safe='')}", headers=headers)


async def test_what_one_agent_writes_another_reads(client: httpx.AsyncClient) -> None:
    one, other = [await create_agent(client, name) for name in ("One", "Other")]
    written = await put(client, one, "shared_data", "test_value")
    assert (written.status_code, written.headers["etag"]) == (200, '"1"')
    found = await get(client, other, "shared_data")
    assert found.json() == written.json()
    assert (found.status_code, found.headers["etag"], found.json()["value"]) == (200, '"1"', "test_value")
    assert (found.json()["key"], found.json()["version"], found.json()["written_by"]) == ("shared_data", 1, one)


@pytest.mark.parametrize(
    "key", ["watch", "a/watch", "watch/watch", "a/b c?d=ü&e#%2F", "/", "a//b/", "%", '"', "🌍" * 255]
)
async def test_a_key_may_be_anything(client: httpx.AsyncClient, key: str) -> None:
    agent = await create_agent(client)
    assert (await put(client, agent, key, [key])).status_code == 200
    found = await get(client, agent, key)
    assert (found.status_code, found.json()["key"], found.json()["value"]) == (200, key, [key])


@pytest.mark.parametrize("value", [None, {"a": None}, 0, False, "a\0b"])
async def test_a_null_is_a_value(client: httpx.AsyncClient, value: object) -> None:
    agent = await create_agent(client)
    assert (await put(client, agent, "a", value)).json()["value"] == value
    assert (await get(client, agent, "a")).json()["value"] == value
    refused = await put(client, agent, "a", 1, version=0)
    assert refused.json()["current"]["value"] == value


async def test_who_knows_a_version_is_not_sent_it(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    await put(client, agent, "a", 1)
    unchanged = await get(client, agent, "a", **{"if-none-match": '"1"'})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", '"1"')
    await put(client, agent, "a", 2)
    changed = await get(client, agent, "a", **{"if-none-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')


async def test_an_outdated_writer_is_told_what_there_is(client: httpx.AsyncClient) -> None:
    one, other = [await create_agent(client, name) for name in ("One", "Other")]
    current = (await put(client, one, "a", {"x": 1}, version=0)).json()
    for refused, status in (
        (await put(client, other, "a", 2, version=0), 409),
        (await put(client, other, "a", 2, version=2), 409),
        (await put(client, other, "a", 2, if_match='"2"'), 412),
        (await put(client, other, "a", 2, if_match='W/"1"'), 412),
        (await put(client, other, "a", 2, version=2, if_match='"2"'), 412),
    ):
        problem = refused.json()
        assert (refused.status_code, problem["status"]) == (status, status)
        told = {name: current[name] for name in ("version", "value", "written_by", "written_at")}
        assert problem["current"] == told
        assert "conflicts" not in problem
        assert one in problem["detail"]
    assert (await put(client, other, "a", 2, version=1, if_match='"1"')).json()["version"] == 2
    assert (await put(client, other, "a", 3, if_match="*")).json()["version"] == 3
    assert (await put(client, other, "b", 3, if_match="*")).status_code == 412


async def test_a_merge_takes_both_changes_or_lists_the_conflicts(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    await put(client, agent, "a", {"x": 1, "y": {"z": 1}})
    await put(client, agent, "a", {"x": 2, "y": {"z": 1}})
    merged = await put(client, agent, "a", {"x": 1, "y": {"z": 2}}, version=1, merge=True)
    assert (merged.json()["version"], merged.json()["value"]) == (3, {"x": 2, "y": {"z": 2}})
    refused = await put(client, agent, "a", {"x": 3, "y": {"z": 1}}, version=1, merge=True)
    assert (refused.status_code, refused.json()["conflicts"]) == (409, ["/x"])
    assert refused.json()["current"]["version"] == 3


@pytest.mark.parametrize(("maturity", "status"), [("STUDENT", 403), ("INTERN", 403), ("SUPERVISED", 200)])
async def test_only_the_mature_write_and_all_read(client: httpx.AsyncClient, maturity: str, status: int) -> None:
    agent = await create_agent(client, "Scout", maturity)
    written = await put(client, agent, "a", 1)
    assert written.status_code == status
    if status == 403:
        assert "SUPERVISED or more" in written.json()["detail"]
        assert (await get(client, agent, "a")).status_code == 404
        await put(client, await create_agent(client), "a", 1)
    assert (await get(client, agent, "a")).json()["value"] == 1


async def test_there_must_be_an_agent_and_a_value(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    assert "nothing was written to 'a'" in (await get(client, agent, "a")).json()["detail"]
    for absent in (await put(client, NOBODY, "a", 1), await get(client, NOBODY, "a")):
        assert absent.status_code == 404
        assert NOBODY in absent.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"value": 1}, "/body/key"),
        ({"key": "a"}, "/body/value"),
        ({"key": "", "value": 1}, "/body/key"),
        ({"key": "a\n", "value": 1}, "/body/key"),
        ({"key": "x" * 256, "value": 1}, "/body/key"),
        ({"key": "a", "value": 1, "version": -1}, "/body/version"),
        ({"key": "a", "value": 1, "version": True}, "/body/version"),
        ({"key": "a", "value": 1, "version": 2**31}, "/body/version"),
        ({"key": "a", "value": 1, "merge": 1}, "/body/merge"),
        ({"key": "a", "value": 1, "merge": True}, "/body"),
        ({"key": "a", "value": 1, "other": 1}, "/body/other"),
    ],
    ids=str,
)
async def test_a_wrong_body_is_told(client: httpx.AsyncClient, body: dict[str, object], pointer: str) -> None:
    agent = await create_agent(client)
    refused = await client.post(f"/api/agents/{agent}/state", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_a_wrong_header_is_told(client: httpx.AsyncClient) -> None:
    agent = await create_agent(client)
    for refused in (
        await put(client, agent, "a", 1, if_match="1"),
        await put(client, agent, "a", 1, version=2, if_match='"1"'),
    ):
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/header/if-match")
    assert (await get(client, agent, "a", **{"if-none-match": "1"})).status_code == 422
    assert (await get(client, agent, "a")).status_code == 404


@pytest.mark.parametrize("key", ["", "%00", "a%7F", "x" * 256])
async def test_a_wrong_path_is_told(client: httpx.AsyncClient, key: str) -> None:
    agent = await create_agent(client)
    assert (await client.get(f"/api/agents/{agent}/state/{key}")).status_code == 422
