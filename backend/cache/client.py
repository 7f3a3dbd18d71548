"""The client of Valkey, or Redis: the cache and the circuit breakers share it."""

from __future__ import annotations

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

_PATIENCE = 0.5
"""Seconds to wait for a server on the same network; whoever calls has deadlines of their own."""


def make_client(url: str) -> Redis:
    """Return a client that connects when it is first used, and gives up soon.

    Args:
        url: `redis://[:password@]host[:port]/number`.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=50,
        timeout=_PATIENCE,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 0),  # a step of a circuit breaker that is run twice counts twice
        decode_responses=True,
    )
    return Redis.from_pool(pool)
