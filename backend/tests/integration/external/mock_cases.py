"""Tests of the backend that are green and prove nothing, each beside one that is honest.

test_mock_validation.py runs them in a project of their own, with the plugin and without it.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import AnyHttpUrl
from vcr import VCR

from backend.agents.routes import agents_of
from backend.endpoint.relay import Processed
from backend.llm.accounts import accounts
from backend.parts import World
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.application import HOST, client_of, create_agent, make_app
from backend.tests.chatting import KEY, SETTINGS
from backend.tests.network import CountingTransport
from backend.tests.services import anyio_backend
from backend.tests.unit.providers.tapes import CASSETTES, EXACT, requests_and_answers

__all__ = ["anyio_backend"]

pytestmark = [pytest.mark.anyio, pytest.mark.block_network(allowed_hosts=[r"127\.0\.0\.1$"])]

SEND = "httpx.AsyncHTTPTransport.handle_async_request"
UPSTREAM = "https://api.example.com/endpoint"
PLAIN = "openai/chat.completions/plain"


def make(transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """Return the service on the servers of the tests around; its providers are at their own addresses."""
    return make_app(
        os.environ["CASES_DATABASE_URL"],
        os.environ["CASES_REDIS_URL"],
        world=World(transport=transport),
        settings=Settings(upstream_url=AnyHttpUrl(UPSTREAM), chat_retries=0),
        accounts=accounts(PROVIDERS, {f"{name.upper()}_API_KEY": KEY for name in PROVIDERS}),
    )


@asynccontextmanager
async def service(transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the service."""
    async with client_of(make(transport)) as client:
        yield client


async def ask(client: httpx.AsyncClient, message: str, provider: str = "openai", **fields: object) -> httpx.Response:
    """Ask an agent."""
    agent = await create_agent(client)
    body = {"agent_id": agent, "message": message, "provider": provider, **SETTINGS[provider], **fields}
    return await client.post("/api/agent/chat", json=body)


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    return str(CASSETTES)


@pytest.fixture
def vcr_config() -> dict[str, object]:
    return {"ignore_hosts": [HOST]}


# --- tapes: TC401, TC402, TC403 --------------------------------------------------------------------------------------


@pytest.mark.vcr
@pytest.mark.default_cassette(PLAIN)
async def test_another_question_than_on_tape() -> None:
    async with service() as client:
        response = await ask(client, "Name three flowers.")
    assert response.status_code == 200


@pytest.mark.vcr
@pytest.mark.default_cassette(PLAIN)
async def test_honest_question_on_tape() -> None:
    async with service() as client:
        response = await ask(client, EXACT)
    assert response.json()["message"] == "calm clear morning"


@pytest.mark.vcr
@pytest.mark.default_cassette("deepseek/chat.completions/rate-limited")
async def test_tape_is_never_played() -> None:
    """It is an error, but another one: there is no such agent."""
    async with service() as client:
        response = await ask(client, EXACT, "deepseek", agent_id="agt_unknown")
    assert response.is_error


@pytest.mark.vcr
@pytest.mark.default_cassette("openai/chat.completions/rate-limited")
async def test_honest_tape_is_played() -> None:
    async with service() as client:
        response = await ask(client, EXACT)
    assert response.status_code == 429


async def test_service_is_replayed(tmp_path: Path) -> None:
    """The second agent comes off the tape, and is not there."""
    recorder = VCR(cassette_library_dir=str(tmp_path), record_mode="once")
    async with service() as client:
        for _ in range(2):
            with recorder.use_cassette("own.yaml"):
                assert (await create_agent(client)).startswith("agt_")


async def test_honest_service_runs(tmp_path: Path) -> None:
    recorder = VCR(cassette_library_dir=str(tmp_path), record_mode="once", ignore_hosts=[HOST])
    made = set()
    async with service() as client:
        for _ in range(2):
            with recorder.use_cassette("own.yaml"):
                made.add(await create_agent(client))
    assert len(made) == 2


# --- mocks: TC501 to TC505 -------------------------------------------------------------------------------------------


async def test_answer_that_no_provider_gives() -> None:
    """The answer has no `id`, for one; the contract says that it always does."""
    choice = {"index": 0, "message": {"role": "assistant", "content": "Test response"}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    answer = {"object": "chat.completion", "model": "gpt-4.1", "choices": [choice], "usage": usage}
    async with service(httpx.MockTransport(lambda request: httpx.Response(200, json=answer))) as client:
        response = await ask(client, "Hello")
    assert response.json()["message"] == "Test response"


async def test_honest_answer_as_recorded() -> None:
    recorded = requests_and_answers("openai", "chat.completions", "plain")
    answer = json.loads(recorded.body)
    async with service(httpx.MockTransport(lambda request: httpx.Response(200, json=answer))) as client:
        response = await ask(client, "Hello")
    assert response.json()["message"] == "calm clear morning"


async def test_mock_that_takes_any_arguments() -> None:
    with patch(SEND, return_value=httpx.Response(200, json={"result": "test"})) as send:
        async with service() as client:
            response = await client.post("/api/endpoint", json={"data": "test"})
    assert response.json()["processed"] is True
    assert send.called


async def test_honest_mock_with_the_real_arguments() -> None:
    with patch(SEND, autospec=True, return_value=httpx.Response(200, json={"result": "test"})) as send:
        async with service() as client:
            response = await client.post("/api/endpoint", json={"data": "test"})
    assert response.json()["processed"] is True
    [(_, request)] = [call.args for call in send.await_args_list]
    assert (str(request.url), json.loads(request.content)) == (UPSTREAM, {"data": "test"})


async def test_service_is_mocked_away() -> None:
    """What would send the data is what the mock stands for."""
    processed = Processed(status=200, result="test")
    with patch("backend.endpoint.relay.Relay.send", autospec=True, return_value=processed) as send:
        async with service() as client:
            response = await client.post("/api/endpoint", json={"data": "test"})
    assert response.json()["processed"] is True
    assert send.called


async def test_honest_double_at_the_edge() -> None:
    upstream = CountingTransport(lambda request: httpx.Response(200, json={"result": "test"}))
    async with service(upstream) as client:
        response = await client.post("/api/endpoint", json={"data": "test"})
    assert response.json()["processed"] is True
    assert [str(request.url) for request in upstream.requests] == [UPSTREAM]


async def test_mock_that_nothing_uses() -> None:
    with patch(SEND, autospec=True):
        async with service() as client:
            response = await client.post("/api/endpoint", json={"wrong": "test"})
    assert response.status_code == 422


async def test_honest_mock_that_must_not_be_used() -> None:
    with patch(SEND, autospec=True) as send:
        async with service() as client:
            response = await client.post("/api/endpoint", json={"wrong": "test"})
    assert response.status_code == 422
    send.assert_not_called()


@pytest.fixture(scope="module")
def shared() -> FastAPI:
    """One application for several tests."""
    return make()


def nobody() -> NoReturn:
    """Stand for the agents."""
    raise HTTPException(503)


async def status_of_agents(app: FastAPI) -> int:
    """Ask for an agent."""
    async with client_of(app) as client:
        return (await client.get("/api/agents/agt_any")).status_code


async def test_override_stays(shared: FastAPI) -> None:
    shared.dependency_overrides[agents_of] = nobody
    assert await status_of_agents(shared) == 503


async def test_honest_override_ends(shared: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    overrides: dict[Callable[..., object], Callable[..., object]] = shared.dependency_overrides
    monkeypatch.setitem(overrides, agents_of, nobody)
    assert await status_of_agents(shared) == 503


async def test_variable_stays() -> None:
    os.environ["BACKEND_CHAT_RETRIES"] = "0"
    assert Settings().chat_retries == 0


async def test_honest_variable_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKEND_CHAT_RETRIES", "0")
    assert Settings().chat_retries == 0
