"""A fetcher for tests: the real one, with real breakers on a real Valkey, but for time, names and connections."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from backend.clock import Clock
from backend.fetch.service import Fetcher
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import make_client
from backend.outgoing.guard import GuardedTransport
from backend.outgoing.resolving import Resolver
from backend.outgoing.retries import Retrier
from backend.settings import Settings
from backend.tests.network import CountingResolver

if TYPE_CHECKING:
    import httpx


@asynccontextmanager
async def make_fetcher(
    redis_url: str,
    clock: Clock,
    transport: httpx.AsyncBaseTransport,
    *,
    resolver: Resolver | None = None,
    settings: Settings | None = None,
) -> AsyncIterator[Fetcher]:
    """Give a fetcher whose pauses have no jitter."""
    settings = settings or Settings()
    guarded = GuardedTransport(resolver or CountingResolver(), transport)
    async with Redis.from_url(redis_url) as valkey, make_client(settings, guarded) as client:
        breakers = Breakers(
            valkey,
            clock,
            failures=settings.breaker_failures,
            open_for=settings.breaker_open,
            probe_for=settings.breaker_probe,
        )
        retrier = Retrier(clock, lambda: 0.0)
        yield Fetcher(client, breakers=breakers, retrier=retrier, clock=clock, settings=settings)
        await breakers.aclose()
