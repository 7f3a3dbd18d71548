"""The client of Valkey, or Redis: the cache and the circuit breakers share it."""

from __future__ import annotations

from redis import RedisError
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from backend.errors import StartError

_PATIENCE = 0.5
"""Seconds to wait for a server on the same network; whoever calls has deadlines of their own."""


def make_client(url: str) -> Redis:
    """Return a client that connects when it is first used, and gives up soon.

    Args:
        url: `redis://[:password@]host[:port]/number`.

    Raises:
        StartError: the URL cannot be used; the message does not hold it.
    """
    return Redis.from_pool(_pool(url))


def check_url(url: str) -> None:
    """Return where a client can be made for a URL; nothing is connected to, as it may be down when the service starts.

    Raises:
        StartError: the URL cannot be used; the message does not hold it.
    """
    _pool(url)


def _pool(url: str) -> BlockingConnectionPool:
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=50,
            timeout=_PATIENCE,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            retry=Retry(NoBackoff(), 0),  # a step of a circuit breaker that is run twice counts twice
            decode_responses=True,
        )
        pool.make_connection()  # type: ignore[no-untyped-call]  # refuses options that there are not, or that are objects; it does not connect
    except (RedisError, AttributeError, TypeError, ValueError):
        raise StartError(
            "REDIS_URL must be redis://[:password@]host[:port]/number: its port or an option behind the '?' is wrong"
        ) from None
    return pool
