"""Agents that are asked over HTTP, with the questions that are on our cassettes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from backend.parts import World
from backend.settings import Settings
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.unit.providers.tapes import TIDE
from tapecheck import SSEDecoder

if TYPE_CHECKING:
    import httpx
    from starlette.types import ASGIApp, Receive, Scope, Send

    from backend.llm.accounts import Account
    from backend.tests.virtual_clock import VirtualClock

KEY: Final = "sandbox-key"

SETTINGS: Final[Mapping[str, Mapping[str, object]]] = {
    "anthropic": {"max_tokens": 256},
    "deepseek": {"thinking": False},
    "gemini": {},
    "openai": {"temperature": 0},
}
"""What the requests on each provider's cassettes have beyond the question."""

TOOLS: Final = [{"name": TIDE.name, "description": TIDE.description, "parameters": TIDE.parameters}]


class Counting:
    """Middleware that notes each question that reaches the service."""

    def __init__(self, app: ASGIApp, asked: list[str]) -> None:
        self._app = app
        self._asked = asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/api/agent/chat":
            self._asked.append(scope["method"])
        await self._app(scope, receive, send)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A service that runs, an agent of it, and the questions that reached it."""

    client: httpx.AsyncClient
    agent: str
    asked: list[str]

    async def ask(self, message: str, provider: str, **settings: object) -> httpx.Response:
        body = {"agent_id": self.agent, "message": message, "provider": provider, **settings}
        return await self.client.post("/api/agent/chat", json=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that can be started; its pauses take no time."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    clock: VirtualClock
    accounts: Mapping[str, Account]

    @asynccontextmanager
    async def running(self, *, retries: int = 0) -> AsyncIterator[Asking]:
        """Start it; `retries` are those of a failed call of a provider."""
        world, settings = World(clock=self.clock, chance=lambda: 0.0), Settings(chat_retries=retries)
        app = make_app(self.database_url, self.redis_url, world=world, settings=settings, accounts=self.accounts)
        asked: list[str] = []
        app.add_middleware(Counting, asked=asked)
        async with client_of(app) as client:
            yield Asking(client=client, agent=await create_agent(client), asked=asked)


def events(response: httpx.Response) -> list[tuple[str | None, Any]]:
    """Return the events of a stream of ours, each with its JSON."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    decoder = SSEDecoder()
    found = [(event.name, json.loads(event.data)) for event in decoder.feed(response.content)]
    assert decoder.close() is None
    return found


def text(pieces: list[tuple[str | None, Any]]) -> str:
    """Return the message that came in these events, all of which are pieces of it."""
    assert {name for name, _ in pieces} <= {"delta"}
    return "".join(piece["text"] for _, piece in pieces)


def whole(response: httpx.Response, provider: str) -> dict[str, Any]:
    """Return the answer at the end of a stream of ours, of which the pieces are the message."""
    answer: dict[str, Any]
    (begun, start), *pieces, (ended, answer) = events(response)
    assert (begun, ended) == ("start", "end")
    assert start["provider"] == answer["provider"] == provider
    assert text(pieces) == answer["message"]
    return answer


def problem(response: httpx.Response, status: int) -> str:
    """Return what an error of ours says; it never shows the key."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert KEY not in response.text
    said: str = response.json()["detail"]
    return said
