"""Streams of Server-Sent Events, read one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One of the Server-Sent Events."""

    name: str
    id: str | None
    data: str


@asynccontextmanager
async def events_of(client: httpx.AsyncClient, path: str, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    """Open a stream, and give its events."""
    accepted = {"accept": "text/event-stream", **headers}
    async with client.stream("GET", path, headers=accepted, timeout=60) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _events(response)


async def _events(response: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(name=fields["event"], id=fields.get("id"), data=fields["data"])
            fields = {}
