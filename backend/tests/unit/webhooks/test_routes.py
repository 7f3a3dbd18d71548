from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.types import Message

from backend.api.body_limit import LARGEST_BODY
from backend.api.problems import MEDIA_TYPE
from backend.parts import World
from backend.settings import Settings
from backend.tests.application import client_of, make_app
from backend.tests.unit.webhooks.receiving import configured, signed
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.registry import SOURCES
from backend.webhooks.routes import is_reception

pytestmark = pytest.mark.anyio

NOW = VirtualClock().now()
BODY = b'{"id": "evt_1", "type": "user.created"}'
NOBODY = "postgresql://backend:secret@127.0.0.1:9/backend"
"""Nothing listens there: it is the port of the discard protocol."""


@pytest.fixture
async def receiver(anyio_backend: str, database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service with keys, and a secret for every source."""
    settings = configured(api_keys=(SecretStr("key"),))
    app = make_app(database_url, redis_url, settings=settings, world=World(clock=VirtualClock()))
    async with client_of(app) as client:
        yield client


@pytest.mark.parametrize(("path", "source"), [("", "generic"), ("/generic", "generic"), ("/stripe", "stripe")])
async def test_a_delivery_is_received_once(receiver: httpx.AsyncClient, path: str, source: str) -> None:
    sent = [await receiver.post(f"/api/webhooks{path}", content=BODY, headers=signed(source, BODY, NOW)) for _ in "ab"]
    assert [response.status_code for response in sent] == [200, 200]
    first, second = (response.json() for response in sent)
    assert (first["received"], first["duplicate"], second["received"], second["duplicate"]) == (True, False, True, True)
    assert first["id"] == second["id"]


async def test_the_address_is_signed_as_it_was_spelt(receiver: httpx.AsyncClient) -> None:
    target = "/api/webhooks/twil%69o?b=%C3%A4&a=+%20"
    body = b"CallSid=CA1"
    headers = signed("twilio", body, NOW, url=f"http://backend.test{target}")
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await receiver.post(target, content=body, headers=headers | form)).status_code == 200


@pytest.mark.parametrize(
    ("source", "body", "answer"),
    [
        ("slack", b'{"type": "url_verification", "challenge": "3eZbrw1a"}', {"challenge": "3eZbrw1a"}),
        ("slack", rb'{"type": "url_verification", "challenge": "\ud800"}', {"challenge": "\ud800"}),
        ("discord", b'{"type": 1}', {"type": 1}),
    ],
)
async def test_a_handshake_is_answered(receiver: httpx.AsyncClient, source: str, body: bytes, answer: object) -> None:
    response = await receiver.post(f"/api/webhooks/{source}", content=body, headers=signed(source, body, NOW))
    assert (response.status_code, json.loads(response.content)) == (200, answer)


async def test_what_is_refused_is_told_why(receiver: httpx.AsyncClient) -> None:
    proof = signed("generic", BODY, NOW)
    for path, headers, body, status in (
        ("", {}, BODY, 400),
        ("", signed("generic", b"<xml/>", NOW), b"<xml/>", 400),
        ("", {"x-webhook-signature": "invalid"}, BODY, 401),
        ("", proof, b"{}", 401),
        ("/pigeon", proof, BODY, 404),
        ("", proof, b"x" * (LARGEST_BODY + 1), 413),
    ):
        response = await receiver.post(f"/api/webhooks{path}", content=body, headers=headers)
        assert (response.status_code, response.headers["content-type"]) == (status, MEDIA_TYPE), response.text
        assert response.headers.get("www-authenticate") == ("Signature" if status == 401 else None)


async def test_a_malformed_signature_is_refused_even_where_none_is_needed(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/webhooks", content=BODY, headers={"x-webhook-signature": "invalid"})
    assert response.status_code == 401


async def test_deliveries_have_a_limit_of_their_own(database_url: str, redis_url: str) -> None:
    app = make_app(database_url, redis_url, settings=Settings(webhook_bytes=len(BODY)))
    async with client_of(app) as client:
        assert (await client.post("/api/webhooks", content=BODY)).status_code == 200
        refused = await client.post("/api/webhooks", content=BODY + b" ")
        assert refused.status_code == 413
        assert str(len(BODY)) in refused.json()["detail"]


async def test_without_a_database_nothing_is_acknowledged(redis_url: str) -> None:
    async with client_of(make_app(NOBODY, redis_url)) as client:
        response = await client.post("/api/webhooks", content=BODY)
    assert (response.status_code, response.headers["content-type"]) == (503, MEDIA_TYPE)
    assert int(response.headers["retry-after"]) > 0


async def test_a_sender_that_goes_away_is_no_mistake_of_ours(database_url: str, redis_url: str) -> None:
    app = make_app(database_url, redis_url)
    sent: list[Message] = []

    async def leave() -> Message:
        return {"type": "http.disconnect"}

    async def note(message: Message) -> None:
        sent.append(message)

    async with app.router.lifespan_context(app) as state:
        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": "/api/webhooks",
            "query_string": b"",
            "headers": [],
            "state": dict(state or {}),
        }
        await app(scope, leave, note)
    assert sent[0]["status"] == 400


@pytest.mark.parametrize("path", ["/api/webhooks", *(f"/api/webhooks/{source}" for source in SOURCES)])
def test_a_delivery_needs_no_key(path: str) -> None:
    assert is_reception({"method": "POST", "path": path})
    assert is_reception({"method": "POST", "path": f"/service{path}", "root_path": "/service"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/webhooks"),
        ("GET", "/api/webhooks/deliveries"),
        ("PUT", "/api/webhooks/stripe"),
        ("POST", "/api/webhooks/"),
        ("POST", "/api/webhooks/stripe/"),
        ("POST", "/api/webhooks//stripe"),
        ("POST", "/api/webhooks\n"),
        ("POST", "/api/webhooks/stripe/more"),
        ("POST", "/api/webhooks/dead-letters/replay"),
        ("POST", "/api/webhooks-of-others"),
        ("POST", "/api/agents"),
    ],
)
def test_anything_else_does(method: str, path: str) -> None:
    assert not is_reception({"method": method, "path": path})


@pytest.mark.parametrize("path", ["/api/webhooks/deliveries", "/api/webhooks/dead-letters"])
async def test_what_is_no_source_is_told_what_may_be_asked(receiver: httpx.AsyncClient, path: str) -> None:
    response = await receiver.post(path, content=BODY)
    assert (response.status_code, response.headers["allow"]) == (405, "GET")


texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
known = sorted({name for source in SOURCES if source != "twilio" for name in signed(source, b"{}", NOW)})


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["", *(f"/{source}" for source in SOURCES)]),
    headers=st.dictionaries(st.sampled_from(["content-type", "host", *known]), texts, max_size=4),
    body=st.binary(max_size=60),
)
async def test_whatever_comes_is_no_mistake_of_ours(
    receiver: httpx.AsyncClient, path: str, headers: dict[str, str], body: bytes
) -> None:
    response = await receiver.post(f"/api/webhooks{path}", content=body, headers=headers)
    assert response.status_code in {400, 401}
    assert response.headers["content-type"] == MEDIA_TYPE
