"""The service in the process of a test: real parts on a real PostgreSQL and Valkey, without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.app import create_app
from backend.llm.accounts import Account, sandbox_accounts
from backend.parts import World, assemble
from backend.providers.registry import PROVIDERS
from backend.settings import Settings

HOST: Final = "backend.test"
"""The host of the service itself: never on a tape, see `vcr_config`."""

NOBODY: Final = "http://127.0.0.1:9"
"""Where nothing listens (the port of the discard protocol)."""


def make_app(
    database_url: str,
    redis_url: str,
    *,
    world: World | None = None,
    settings: Settings | None = None,
    accounts: Mapping[str, Account] | None = None,
    worker: bool = False,
) -> FastAPI:
    """Return the service; by default its providers are where nobody is.

    Whether it does durable work is told by `worker` and not by the settings: most tests need none, a process can have
    one service that does, and to start and stop the engine takes a quarter of a second.
    """
    chosen = (settings or Settings()).model_copy(update={"worker": worker})
    parts = partial(
        assemble,
        chosen,
        database_url=database_url,
        redis_url=redis_url,
        accounts=accounts or sandbox_accounts(PROVIDERS, NOBODY),
        world=world or World(),
    )
    return create_app(chosen, parts)


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Start an app, and give a client of it."""
    async with app.router.lifespan_context(app) as state:
        transport = httpx.ASGITransport(_with_state(app, state or {}), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            yield client


def _with_state(app: FastAPI, state: Mapping[str, object]) -> ASGIApp:
    """Give each request the state of the lifespan, as a server does and httpx's transport does not."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": dict(state)}, receive, send)

    return serve


@pytest.fixture
async def client(anyio_backend: str, database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, whose providers are where nobody is."""
    async with client_of(make_app(database_url, redis_url)) as client:
        yield client


async def create_agent(client: httpx.AsyncClient, name: str = "Researcher", maturity: str = "AUTONOMOUS") -> str:
    """Create an agent over HTTP, and return its id."""
    response = await client.post("/api/agents", json={"name": name, "maturity": maturity})
    assert response.status_code == 200, response.text
    identifier: str = response.json()["id"]
    return identifier
