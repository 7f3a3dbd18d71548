from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from backend.chat.exchange import JSON
from backend.parts import World
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.application import HOST, client_of, create_agent, make_app
from backend.tests.chatting import TOOLS, events, problem, text, whole
from backend.tests.network import CountingTransport
from backend.tests.unit.chat.asking import (
    ACCOUNTS,
    BLOCKS,
    KEY,
    MESSAGE,
    STREAMED,
    Body,
    keyless,
    one_after_the_other,
    plain,
    streamed,
)
from backend.tests.unit.providers.tapes import requests_and_answers
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from starlette.types import Message

    from backend.llm.accounts import Account

pytestmark = pytest.mark.anyio

PATH = "/api/agent/chat"
SAID = "When is high tide in Harwich?"
FOR_GEMINI = requests_and_answers("gemini", "generateContent", "plain").body


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A client of the service, an agent, and what the service sent."""

    client: httpx.AsyncClient
    agent: str
    transport: CountingTransport

    async def ask(self, **body: object) -> httpx.Response:
        return await self.client.post(PATH, json={"agent_id": self.agent, "message": SAID, **body})

    @property
    def sent(self) -> dict[str, Any]:
        [request] = self.transport.requests
        body: dict[str, Any] = json.loads(request.content)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Starts the service with providers that give these answers."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)

    @asynccontextmanager
    async def giving(
        self,
        *answers: httpx.Response | Exception,
        settings: Settings | None = None,
        accounts: dict[str, Account] | None = None,
    ) -> AsyncIterator[Asking]:
        transport = CountingTransport(one_after_the_other(answers))
        app = make_app(
            self.database_url,
            self.redis_url,
            world=World(transport=transport, clock=VirtualClock(), chance=lambda: 0.0),
            settings=settings or Settings(chat_retries=0),
            accounts=accounts or ACCOUNTS,
        )
        async with client_of(app) as client:
            yield Asking(client=client, agent=await create_agent(client), transport=transport)


@pytest.fixture
def service(anyio_backend: str, database_url: str, redis_url: str) -> Service:
    return Service(database_url=database_url, redis_url=redis_url)


# --- what is asked ---------------------------------------------------------------------------------------------------


async def test_what_is_left_out_is_up_to_the_service_and_the_provider(service: Service) -> None:
    async with service.giving(plain()) as asking:
        response = await asking.ask()
    assert response.status_code == 200
    assert response.json()["provider"] == "openai"
    assert asking.sent == {
        "model": PROVIDERS["openai"].default_model,
        "messages": [{"role": "user", "content": SAID}],
    }


async def test_null_is_what_is_left_out(service: Service) -> None:
    nothing = dict.fromkeys(("provider", "model", "temperature", "max_tokens", "thinking", "tool_choice"))
    async with service.giving(plain()) as asking:
        assert (await asking.ask(**nothing)).status_code == 200
    assert asking.sent.keys() == {"model", "messages"}


async def test_all_of_it_reaches_the_provider(service: Service) -> None:
    settings = {"model": "gpt-4.1", "temperature": 0.5, "max_tokens": 7, "tools": TOOLS, "tool_choice": "required"}
    async with service.giving(plain()) as asking:
        assert (await asking.ask(**settings)).status_code == 200
    sent = asking.sent
    assert (sent["model"], sent["temperature"], sent["max_completion_tokens"]) == ("gpt-4.1", 0.5, 7)
    assert sent["tool_choice"] == "required"
    assert [tool["function"]["name"] for tool in sent["tools"]] == ["tide_at"]


async def test_a_choice_among_no_tools_is_none(service: Service) -> None:
    async with service.giving(plain()) as asking:
        assert (await asking.ask(tool_choice="required")).status_code == 200
    assert "tool_choice" not in asking.sent


async def test_the_default_provider_is_a_setting(service: Service) -> None:
    async with service.giving(plain(FOR_GEMINI), settings=Settings(provider="gemini")) as asking:
        assert (await asking.ask()).json()["provider"] == "gemini"
    assert asking.transport.addresses == ["generativelanguage.googleapis.com"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"message": ""}, "/body/message"),
        ({"message": None}, "/body/message"),
        ({"message": "x" * 100_001}, "/body/message"),
        ({"agent_id": "../x"}, "/body/agent_id"),
        ({"provider": "nobody"}, "/body/provider"),
        ({"model": ""}, "/body/model"),
        ({"model": "a model"}, "/body/model"),
        ({"model": "gpt\n"}, "/body/model"),
        ({"stream": 1}, "/body/stream"),
        ({"stream": "true"}, "/body/stream"),
        ({"temperature": True}, "/body/temperature"),
        ({"temperature": 1.1}, "/body/temperature"),
        ({"temperature": "0"}, "/body/temperature"),
        ({"max_tokens": 0}, "/body/max_tokens"),
        ({"max_tokens": False}, "/body/max_tokens"),
        ({"max_tokens": 9_000_000}, "/body/max_tokens"),
        ({"tool_choice": "any"}, "/body/tool_choice"),
        ({"tools": [{"name": "tide at"}]}, "/body/tools/0/name"),
        ({"tools": TOOLS * 65}, "/body/tools"),
        ({"unknown": 1}, "/body/unknown"),
    ],
)
async def test_what_is_wrong_is_named_and_nobody_is_asked(
    service: Service, wrong: dict[str, object], pointer: str
) -> None:
    async with service.giving() as asking:
        response = await asking.ask(**wrong)
    assert response.status_code == 422
    assert pointer in [fault["pointer"] for fault in response.json()["errors"]]
    assert asking.transport.requests == []


async def test_text_that_is_no_unicode_is_refused(service: Service) -> None:
    async with service.giving() as asking:
        body = json.dumps({"agent_id": asking.agent, "message": "\ud800"}).encode()
        response = await asking.client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422


async def test_only_agents_ask(service: Service) -> None:
    async with service.giving() as asking:
        detail = problem(await asking.ask(agent_id="agt_unknown"), 404)
    assert "agt_unknown" in detail
    assert asking.transport.requests == []


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
async def test_without_a_key_the_service_says_which_variable_to_set(service: Service, stream: bool) -> None:
    without = {name: keyless(account) for name, account in ACCOUNTS.items()}
    async with service.giving(accounts=without) as asking:
        response = await asking.ask(stream=stream)
    assert problem(response, 503) == "openai has no key: set OPENAI_API_KEY and start the service again"
    assert asking.transport.requests == []


@pytest.mark.parametrize("stream", [False, True])
async def test_a_provider_that_wants_fewer_requests(service: Service, stream: bool) -> None:
    async with service.giving(plain(b"", 429, retry_after="7")) as asking:
        response = await asking.ask(stream=stream)
    assert problem(response, 429) == "openai answered 429"
    assert response.headers["retry-after"] == "7"


async def test_an_open_breaker_says_when_to_come_again(service: Service) -> None:
    settings = Settings(chat_retries=0, breaker_failures=1, breaker_open=30)
    async with service.giving(plain(b"", 500), settings=settings) as asking:
        problem(await asking.ask(), 502)
        response = await asking.ask()
    assert "api.openai.com" in problem(response, 503)
    assert response.headers["retry-after"] == "30"


async def test_neither_key_nor_message_is_logged(
    service: Service, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    quoting = json.dumps({"error": {"message": f"The key {KEY} is not known."}}).encode()
    answers = (plain(), plain(quoting, 400), plain(quoting, 401), httpx.ReadError(KEY), streamed(Body(*BLOCKS[:3])))
    with caplog.at_level(logging.DEBUG):
        async with service.giving(*answers) as asking:
            responses = [await asking.ask(stream=number == 4) for number in range(5)]
    assert [response.status_code for response in responses] == [200, 502, 502, 502, 200]
    logged = caplog.text + "".join(capsys.readouterr())
    assert PATH in logged
    assert KEY not in logged + "".join(response.text for response in responses)
    assert SAID not in logged


# --- streams ---------------------------------------------------------------------------------------------------------


async def test_a_stream(service: Service) -> None:
    async with service.giving(streamed(body := Body(STREAMED.body))) as asking:
        response = await asking.ask(stream=True)
    assert events(response)[0] == ("start", {"provider": "openai", "model": PROVIDERS["openai"].default_model})
    assert whole(response, "openai")["message"] == MESSAGE
    assert asking.sent["stream"] is True
    assert body.closed


async def test_a_stream_that_breaks_off_ends_with_an_error(service: Service) -> None:
    async with service.giving(streamed(body := Body(*BLOCKS[:4]))) as asking:
        response = await asking.ask(stream=True)
    (begun, _), *pieces, (ended, error) = events(response)
    assert (begun, ended) == ("start", "error")
    assert error["partial"] == text(pieces) == "one, two"
    assert (error["status"], error["title"]) == (502, "Answer broke off")
    assert body.closed


async def test_a_client_that_leaves_closes_the_connection(service: Service) -> None:
    body = Body(*BLOCKS[:3], None)
    async with service.giving(streamed(body), settings=Settings(breaker_failures=1)) as asking:
        await leave_within_the_stream(asking)
        assert body.closed
        ready = await asking.client.get("/readyz")
    assert ready.json()["breakers"]["open"] == {}, "the provider is not to blame"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_leaves_before_there_is_an_answer_closes_the_connection(
    service: Service, stream: bool
) -> None:
    body = Body(BLOCKS[0] if stream else b" ", None)
    answer = streamed(body) if stream else httpx.Response(200, stream=body, headers={"content-type": JSON})
    async with service.giving(answer, settings=Settings(breaker_failures=1)) as asking:
        await leave(asking, stream=stream, when=body.waiting)
        assert body.closed
        assert len(asking.transport.requests) == 1
        ready = await asking.client.get("/readyz")
    assert ready.json()["breakers"]["open"] == {}, "the provider is not to blame"


async def leave_within_the_stream(asking: Asking) -> None:
    await leave(asking, stream=True, when=asyncio.Event())


async def leave(asking: Asking, *, stream: bool, when: asyncio.Event) -> None:
    """Ask as a server does (ASGI 3.0), with a client that leaves when the first piece has come, or another event."""
    transport = asking.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    question = json.dumps({"agent_id": asking.agent, "message": SAID, "stream": stream}).encode()
    messages: list[Message] = [{"type": "http.request", "body": question, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await when.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if b"event: delta" in message.get("body", b""):
            when.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": (HOST, 80),
    }
    await transport.app(scope, receive, send)
