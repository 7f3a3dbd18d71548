"""Every fault of the stand-in against every endpoint that calls another service.

The stand-in is a server behind the real transport. What the service answers has to be what
docs/reference/backend-faults.md says; with `TAPECHECK_UPDATE_TABLES=1` in the environment its table is written anew.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

import pytest

from backend.llm.accounts import sandbox_accounts
from backend.parts import World
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.chatting import SETTINGS, events, text
from backend.tests.fault_table import Outcome, cell, document, documented, row
from backend.tests.network import CountingResolver, LoopbackTransport
from backend.tests.unit.providers.streaming import read_stream
from backend.tests.unit.providers.tapes import CASSETTES, COUNT, EXACT, ROOT, decode, requests_and_answers
from tapecheck.testing import FAULTS, stand_in

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

pytestmark = [pytest.mark.anyio, pytest.mark.block_network]

CONTRACTS: Final = ROOT / "backend/tests/contracts"
UPDATE: Final = "TAPECHECK_UPDATE_TABLES"
GUARD: Final = 120
"""Seconds after which a request counts as one that hangs; no time-out is that long."""

UNHURRIED: Final[Mapping[str, float]] = dict.fromkeys(
    ["connect_timeout", "read_timeout", "call_timeout", "chat_timeout"], 60
)
"""Settings by which no busy machine makes a time-out of another fault."""

PATIENCE: Final[Mapping[str, Mapping[str, float]]] = {
    "read-timeout": {"read_timeout": 2, "chat_timeout": 3},
    "slow-drip": {"chat_timeout": 2, "call_timeout": 2},
    "stall-mid-body": {"read_timeout": 2, "chat_timeout": 3},
    "stream-no-end": {"read_timeout": 2},
}
"""Settings by which a test does not wait long for what does not come. The drips take 5 s."""

CHANCE: Final = frozenset({"reset-mid-body", "slow-drip"})
"""Where chance decides whether a stream had begun: the system may throw away what came before a reset, and which drip
is the last in time is not certain."""

SERVED: Final = [name for name, fault in FAULTS.items() if not fault.unreached]
"""Those that a server can cause."""

CHAT, STREAMED, FETCH, ENDPOINT = "chat", "chat, streamed", "fetch", "endpoint"
PATHS: Final = {
    CHAT: "/api/agent/chat",
    STREAMED: "/api/agent/chat",
    FETCH: "/api/agents/{agent_id}/fetch",
    ENDPOINT: "/api/endpoint",
}
OTHER: Final = "api.example.com"

Asked: TypeAlias = tuple[str, str]
"""A column of the table, and who was asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The service, whose providers, external API and upstream all have the same fault."""

    app: FastAPI
    client: httpx.AsyncClient
    agent: str

    async def chat(self, provider: str, *, stream: bool) -> Outcome:
        question = {"message": COUNT if stream else EXACT, "stream": stream, **SETTINGS[provider]}
        body = {"agent_id": self.agent, "provider": provider, **question}
        response = await self.client.post(PATHS[CHAT], json=body)
        if response.status_code != 200:
            return failure(response)
        return streamed(response, provider) if stream else success(response.json(), answer(provider, stream=False))

    async def fetch(self) -> Outcome:
        body = {"url": f"http://{OTHER}/data", "max_retries": 0}
        response = await self.client.post(PATHS[FETCH].format(agent_id=self.agent), json=body)
        if response.status_code != 200:
            return failure(response)
        fetched = response.json()
        if fetched["data"] is None:
            return success(fetched["text"], '{"data":"success"}', "whole, as text")
        return success(fetched["data"], {"data": "success"})

    async def relay(self) -> Outcome:
        response = await self.client.post(PATHS[ENDPOINT], json={"data": {"number": 6}})
        if response.status_code != 200:
            return failure(response)
        return success(response.json(), {"processed": True, "status": 200, "result": {"result": 42}})


SUCCESSES: Final[Mapping[tuple[str, str], str]] = {
    # What means nothing is passed over.
    ("stream-keepalive-storm", STREAMED): "whole",
    # The first chunk of OpenAI and of DeepSeek has no text yet; the others notice.
    ("stream-swapped-events", STREAMED): "whole",
    # No provider numbers the pieces of a text, and two of them may be the same.
    ("stream-duplicated-event", STREAMED): "whole, a piece twice",
    # Whatever is text may be fetched, and JSON is.
    ("wrong-content-type", FETCH): "whole, as text",
}
"""What is no error though the fault befalls the answer; any other success would be something broken taken for whole."""


@asynccontextmanager
async def running(
    fault: str, database_url: str, redis_url: str, log: Callable[[str], object]
) -> AsyncIterator[Running]:
    with ExitStack() as stack:
        providers = stack.enter_context(stand_in(cassettes=[CASSETTES], fault=fault, log=log))
        other = stack.enter_context(stand_in(contracts=CONTRACTS, fault=fault, log=log))
        settings = Settings.model_validate(
            {
                "chat_retries": 0,
                "breaker_failures": 1000,
                "upstream_url": f"{other}/example/process",
                **UNHURRIED,
                **PATIENCE.get(fault, {}),
            }
        )
        port = urlsplit(other).port
        assert port is not None
        world = World(resolver=CountingResolver(), fetch_transport=LoopbackTransport(port))
        known = sandbox_accounts(PROVIDERS, providers)
        app = make_app(database_url, redis_url, world=world, settings=settings, accounts=known)
        async with client_of(app) as client:
            yield Running(app=app, client=client, agent=await create_agent(client))


async def ask_all(service: Running) -> dict[Asked, Outcome]:
    """Ask every endpoint, and every provider, all at once."""
    asked = {
        **{(CHAT, provider): service.chat(provider, stream=False) for provider in PROVIDERS},
        **{(STREAMED, provider): service.chat(provider, stream=True) for provider in PROVIDERS},
        (FETCH, OTHER): service.fetch(),
        (ENDPOINT, OTHER): service.relay(),
    }
    async with asyncio.timeout(GUARD):
        return dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))


@cache
def answer(provider: str, *, stream: bool) -> dict[str, Any]:
    """Return what our API makes of the answer on the cassette."""
    operations = {"anthropic": "messages", "gemini": "streamGenerateContent" if stream else "generateContent"}
    operation, scenario = operations.get(provider, "chat.completions"), "streamed" if stream else "plain"
    body = requests_and_answers(provider, operation, scenario).body
    known = PROVIDERS[provider]
    found = read_stream(known.reader(), decode(body)) if stream else known.answer(body)
    return {**asdict(found), "provider": provider, "tool_calls": list(found.tool_calls)}


def failure(response: httpx.Response) -> Outcome:
    """Return the outcome of a request that got a problem document."""
    assert response.headers["content-type"] == "application/problem+json"
    check_problem(response.json(), response.status_code)
    return Outcome(status=response.status_code, waits="retry-after" in response.headers)


def streamed(response: httpx.Response, provider: str) -> Outcome:
    """Return the outcome of a stream that began."""
    (begun, _), *pieces, (ended, last) = events(response)
    assert begun == "start"
    if ended == "error":
        check_problem(last, last["status"])
        assert last["partial"] == text(pieces)
        return Outcome(status=200, failed=last["status"])
    assert ended == "end"
    assert last["message"] == text(pieces)
    expected = answer(provider, stream=True)
    if last["message"] in with_a_piece_twice(expected["message"]):
        return success({**last, "message": expected["message"]}, expected, "whole, a piece twice")
    return success(last, expected)


def success(got: object, expected: object, words: str = "whole") -> Outcome:
    """Return the outcome of a request that got an answer, which is as it would be without the fault."""
    assert got == expected
    return Outcome(status=200, words=words)


def check_problem(document: dict[str, Any], status: int) -> None:
    assert document["status"] == status
    assert document["detail"]
    assert ("timeout" in document["detail"]) == (status == 408)


def with_a_piece_twice(message: str) -> Iterable[str]:
    ends = range(1, len(message) + 1)
    return {message[:end] + message[start:] for end in ends for start in range(end)}


def cells(fault: str, outcomes: Mapping[Asked, Outcome]) -> list[str]:
    """Return the line of the table that the outcomes make."""
    found = {
        column: {
            who: outcome for (asked, who), outcome in outcomes.items() if asked == column and befalls(fault, column)
        }
        for column in PATHS
    }
    texts = {column: cell(outcomes) for column, outcomes in found.items()}
    if fault in CHANCE:
        [status] = {outcome.problem for outcome in found[STREAMED].values()}
        texts[STREAMED] = f"{status} or `error` {status}"
    return list(texts.values())


def befalls(fault: str, column: str) -> bool:
    return column == STREAMED or not FAULTS[fault].streams


@pytest.mark.parametrize("fault", SERVED)
async def test_a_fault_is_answered_as_documented(
    anyio_backend: str, database_url: str, redis_url: str, fault: str
) -> None:
    log: list[str] = []
    async with running(fault, database_url, redis_url, log.append) as service:
        outcomes = await ask_all(service)
    paths = service.app.openapi()["paths"]

    assert len(log) == len(outcomes), "nothing is tried again here"
    befallen = sum(befalls(fault, column) for column, _ in outcomes)
    assert sum(line.endswith(f"fault {fault}") for line in log) == befallen
    for (column, who), outcome in outcomes.items():
        asked = f"{column} {who}"
        if outcome.problem is not None:
            assert befalls(fault, column), asked
            assert outcome.problem != 500, asked
            assert str(outcome.problem) in paths[PATHS[column]]["post"]["responses"], asked
        elif befalls(fault, column):
            assert SUCCESSES.get((fault, column)) == outcome.words, f"{asked}: what is broken is taken for whole"

    line = row(fault, cells(fault, outcomes))
    if os.environ.get(UPDATE):
        document(fault, line)
    assert documented().get(fault) == line, f"{UPDATE}=1 writes the page anew"


def test_every_fault_is_documented() -> None:
    assert list(documented()) == SERVED
