"""Values that may be forgotten, in Valkey."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pydantic import JsonValue
from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.errors import NotFoundError, UnavailableError

_PREFIX: Final = "cache:"


class Cache:
    """Keeps JSON values by key."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def set(self, key: str, value: JsonValue, ttl: int | None = None) -> None:
        """Keep a value, in place of the one before.

        Args:
            key: names it.
            value: any JSON.
            ttl: seconds after which it is forgotten; None keeps it for as long as there is room.

        Raises:
            UnavailableError: the cache cannot be reached.
        """
        with _translating():
            await self._client.set(_PREFIX + key, json.dumps(value, separators=(",", ":")), ex=ttl)

    async def get(self, key: str) -> JsonValue:
        """Return a value.

        Raises:
            NotFoundError: there is none by that key, or it has been forgotten.
            UnavailableError: the cache cannot be reached.
        """
        with _translating():
            text = await self._client.get(_PREFIX + key)
        if text is None:
            raise NotFoundError(f"the cache has nothing by the key {key!r}: set it with POST /api/cache/set")
        value: JsonValue = json.loads(text)
        return value

    async def ping(self) -> None:
        """Return when the server has answered.

        Raises:
            UnavailableError: it cannot be reached.
        """
        with _translating():
            await self._client.ping()


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise UnavailableError(f"the cache cannot be used ({type(error).__name__})", retry_after=1) from error
