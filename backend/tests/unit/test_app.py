from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from backend.api.body_limit import LARGEST_BODY
from backend.api.problems import MEDIA_TYPE
from backend.settings import Settings
from backend.tests.application import client_of, make_app

pytestmark = pytest.mark.anyio
KEYED = Settings(api_keys=(SecretStr("key"),))
OPEN = {"/healthz", "/readyz"}
SIGNED = {("/api/webhooks", "post"), ("/api/webhooks/{source}", "post")}
"""What needs no key, as the sender's signature says who it is."""


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(path, method): told for path, methods in document["paths"].items() for method, told in methods.items()}


async def test_without_keys_the_api_is_open(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url)) as client:
        assert (await client.get("/api/agents")).status_code == 200


async def test_with_keys_only_who_has_one_comes_in(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url, settings=KEYED)) as client:
        for path in OPEN:
            assert (await client.get(path)).status_code == 200
        refused = await client.get("/api/agents")
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert (await client.get("/api/agents", headers={"authorization": "Bearer other"})).status_code == 401
        assert (await client.get("/api/agents", headers={"authorization": "Bearer key"})).status_code == 200


async def test_the_key_is_looked_at_before_the_body(database_url: str, redis_url: str) -> None:
    app = make_app(database_url, redis_url, settings=KEYED)
    wanted = [key for key, told in operations(app.openapi()).items() if "security" in told]
    async with client_of(app) as client:
        for path, method in wanted:
            for body in (b"{", b"", b"x" * (LARGEST_BODY + 1)):
                response = await client.request(
                    method, path, content=body, headers={"content-type": "application/json"}
                )
                assert (response.status_code, response.headers["content-type"]) == (401, MEDIA_TYPE), path
        for path in ("/docs", "/openapi.json"):
            assert (await client.get(path)).status_code == 200


async def test_nobody_is_sent_to_where_the_host_header_says(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/agents/", headers={"host": "elsewhere.example"})
    assert (response.status_code, response.headers.get("location")) == (404, None)


async def test_a_body_that_is_too_large_is_refused(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url)) as client:
        response = await client.post("/api/cache/set", json={"key": "a", "value": "x" * LARGEST_BODY})
    assert (response.status_code, response.headers["content-type"]) == (413, MEDIA_TYPE)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b'{"key": "\xff"}', 400), (b"[" * 100_000, 400), (b"", 422), (b"null", 422)],
    ids=["cut", "no UTF-8", "deep", "empty", "null"],
)
async def test_a_body_that_is_no_json_is_refused(database_url: str, redis_url: str, body: bytes, status: int) -> None:
    async with client_of(make_app(database_url, redis_url)) as client:
        response = await client.post("/api/cache/set", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (status, MEDIA_TYPE)


def test_the_document_tells_of_every_endpoint() -> None:
    told = operations(make_app("postgresql://none", "redis://none").openapi())
    assert set(told) == {
        ("/api/agents", "post"),
        ("/api/agents", "get"),
        ("/api/agents/{agent_id}", "get"),
        ("/api/agents/{agent_id}/fetch", "post"),
        ("/api/agents/{agent_id}/message", "post"),
        ("/api/agents/{agent_id}/broadcast", "post"),
        ("/api/agents/{agent_id}/messages", "get"),
        ("/api/agents/{agent_id}/messages/acknowledge", "post"),
        ("/api/agent/chat", "post"),
        ("/api/agents/{agent_id}/state", "post"),
        ("/api/agents/{agent_id}/state/watch", "get"),
        ("/api/agents/{agent_id}/state/{key}/watch", "get"),
        ("/api/agents/{agent_id}/state/{key}", "get"),
        ("/api/resources/{name}", "put"),
        ("/api/resources/{name}", "get"),
        ("/api/collaboration", "post"),
        ("/api/collaboration", "get"),
        ("/api/collaboration/{collaboration_id}", "get"),
        ("/api/collaboration/{collaboration_id}/cancel", "post"),
        ("/api/endpoint", "post"),
        ("/api/cache/set", "post"),
        ("/api/cache/get/{key}", "get"),
        *SIGNED,
        ("/api/webhooks/deliveries", "get"),
        ("/api/webhooks/deliveries/{delivery_id}", "get"),
        ("/api/webhooks/deliveries/{delivery_id}/release", "post"),
        ("/api/webhooks/dead-letters", "get"),
        ("/api/webhooks/dead-letters/replay", "post"),
        ("/api/webhooks/dead-letters/{delivery_id}/replay", "post"),
        ("/healthz", "get"),
        ("/readyz", "get"),
    }


def test_every_error_is_a_problem_document_with_an_example() -> None:
    for operation in operations(make_app("postgresql://none", "redis://none").openapi()).values():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert set(response["content"]) == {MEDIA_TYPE}
                assert response["content"][MEDIA_TYPE]["example"]["status"] == int(status)


def test_keys_are_in_the_document_where_they_are_wanted() -> None:
    told = operations(make_app("postgresql://none", "redis://none", settings=KEYED).openapi())
    wanted = {key for key, operation in told.items() if "security" in operation}
    assert wanted == {(path, method) for path, method in told if path not in OPEN} - SIGNED
    assert {key for key, operation in told.items() if "401" in operation["responses"]} == wanted | SIGNED


async def test_a_delivery_needs_no_key(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url, settings=KEYED)) as client:
        for path in ("", "/generic"):
            assert (await client.post(f"/api/webhooks{path}", json={"id": path})).status_code == 200
        for path in ("/deliveries/any/release", "/dead-letters/replay", "/", "/generic/"):
            assert (await client.post(f"/api/webhooks{path}", json={})).status_code == 401
