"""Agents that tell each other things over HTTP, and read what they share."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import httpx

from backend.tests.application import create_agent
from tapecheck import SSEDecoder

Services: TypeAlias = tuple[httpx.AsyncClient, httpx.AsyncClient]
Shown: TypeAlias = dict[str, Any]
"""JSON of the service."""

NOBODY: Final = f"agt_{0:032x}"
"""The id of no agent."""


async def crew(client: httpx.AsyncClient, *names: str) -> list[str]:
    """Create agents that may do everything."""
    return [await create_agent(client, name) for name in names]


def answered(response: httpx.Response) -> Shown:
    """Return what a request that succeeded was answered."""
    assert response.status_code == 200, response.text
    shown: Shown = response.json()
    return shown


def refused(response: httpx.Response, status: int) -> Shown:
    """Return the problem document of a request that did not succeed."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    shown: Shown = response.json()
    return shown


async def send(client: httpx.AsyncClient, sender: str, recipient: str, message: str, key: str | None = None) -> Shown:
    """Send a private message."""
    body = {"target_agent_id": recipient, "message": message}
    return answered(await client.post(f"/api/agents/{sender}/message", json=body, headers=keyed(key)))


async def broadcast(client: httpx.AsyncClient, sender: str, message: str, key: str | None = None) -> Shown:
    """Send a message to all others."""
    body = {"message": message}
    return answered(await client.post(f"/api/agents/{sender}/broadcast", json=body, headers=keyed(key)))


async def inbox(client: httpx.AsyncClient, agent: str, **wanted: str | int) -> Shown:
    """Read a page of an inbox."""
    return answered(await client.get(f"/api/agents/{agent}/messages", params=wanted))


async def whole_inbox(client: httpx.AsyncClient, agent: str, limit: int = 100) -> list[Shown]:
    """Read an inbox page by page, from its beginning."""
    found: list[Shown] = []
    after = 0
    while page := (shown := await inbox(client, agent, after=after, limit=limit))["messages"]:
        found += page
        after = shown["next"]
    return found


def said(messages: Sequence[Shown], sender: str | None = None) -> list[str]:
    """Return the texts of messages, those of one sender alone where it is named."""
    return [each["message"] for each in messages if sender in {None, each["sender"]}]


def keyed(key: str | None) -> dict[str, str]:
    """Return the headers with an idempotency key."""
    return {} if key is None else {"Idempotency-Key": key}


@asynccontextmanager
async def events(
    client: httpx.AsyncClient, path: str, after: int | None = None
) -> AsyncIterator[AsyncIterator[tuple[str, int, Shown]]]:
    """Open a stream, behind an event that was the last one where `after` is given; each event is name, id and data."""
    last = {} if after is None else {"Last-Event-ID": str(after)}
    async with client.stream("GET", path, headers={"Accept": "text/event-stream", **last}) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _decoded(response)


async def _decoded(response: httpx.Response) -> AsyncIterator[tuple[str, int, Shown]]:
    decoder = SSEDecoder()
    async for chunk in response.aiter_bytes():
        for event in decoder.feed(chunk):
            yield event.name or "", int(event.id or 0), json.loads(event.data)
