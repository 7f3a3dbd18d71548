"""The service under fuzzing: the real one on real servers, but for what is outside of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi.sse import KEEPALIVE_COMMENT
from pydantic import AnyHttpUrl, SecretStr
from schemathesis.python import asgi

from backend.database import migrate
from backend.embedded.data_directory import claim
from backend.embedded.postgres import Postgres
from backend.embedded.valkey import Valkey
from backend.settings import Settings
from backend.tests.application import make_app
from backend.tests.services import temporary_directory
from tapecheck.testing import stand_in
from tests.fuzz.outside import UPSTREAM, Outside
from tests.fuzz.senders import CONFIGURED

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEY = "a-key-of-the-fuzz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the servers are that all campaigns use.

    Attributes:
        database_url: a PostgreSQL whose migrations are done.
        redis_url: a Valkey.
        stand_in: what stands in for the providers.
    """

    database_url: str
    redis_url: str
    stand_in: str


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Run a PostgreSQL, a Valkey and a stand-in for all providers, which answers anything that a contract allows."""
    with (
        temporary_directory() as path,
        claim(path) as directory,
        Postgres(directory, durable=False).running() as database_url,
        Valkey(directory, durable=False).running() as redis_url,
        stand_in(vary=True) as url,
    ):
        migrate.upgrade(database_url)
        yield Servers(database_url=database_url, redis_url=redis_url, stand_in=url)


@contextmanager
def running_service(servers: Servers, outside: Outside, *, guarded: bool) -> Iterator[FastAPI]:
    """Give the service; schemathesis starts it with the first request.

    Args:
        servers: that it stands on.
        outside: whatever else it finds.
        guarded: whether `KEY` is needed, and deliveries must be signed.
    """
    settings = Settings(
        upstream_url=AnyHttpUrl(UPSTREAM),
        api_keys=(SecretStr("another-key"), SecretStr(KEY)) if guarded else (),
        webhook_secrets=SecretStr(CONFIGURED) if guarded else None,
        webhook_attempts=2,
        webhook_backoff_initial=0,
        collaboration_backoff_initial=0,  # durable pauses take real time, besides all others
        answer_bytes=100_000,
    )
    app = make_app(
        servers.database_url,
        servers.redis_url,
        world=outside.world(),
        settings=settings,
        accounts=outside.accounts(),
        worker=True,
    )
    app.middleware_stack = _served(app.build_middleware_stack())
    try:
        yield app
    finally:
        asgi.shutdown_lifespans()


def _served(app: ASGIApp) -> ASGIApp:
    """Do with errors what a server does: they are answered with 500 by now, and end nothing but the request."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, _until_idle(send) if scope.get("method") == "GET" else send)
        except Exception:
            if scope["type"] != "http":
                raise
            logging.getLogger(__name__).exception("a bug")

    return serve


def _until_idle(send: Send) -> Send:
    """Be a client that goes away when a stream has nothing more to tell; by itself it would never end."""

    async def pass_on(message: Message) -> None:
        idle = message.get("body") == KEEPALIVE_COMMENT
        await send({**message, "more_body": False} if idle else message)
        await (asyncio.Event().wait() if idle else asyncio.sleep(0))  # to be cancelled here, and not in a query

    return pass_on
