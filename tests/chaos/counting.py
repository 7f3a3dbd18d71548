"""What the database says in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg

_POLL: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How the deliveries fared.

    Attributes:
        stored: how many rows there are.
        statuses: of the stored ones.
        once, twice: how many had their effect once, and more than once.
        attempts, failed: that were recorded, and how many of them failed.
        missing: of those that were acknowledged, how many are not stored.
        lost: of those that were acknowledged, how many had no effect.
    """

    stored: int
    statuses: Mapping[str, int]
    once: int
    twice: int
    attempts: int
    failed: int
    missing: int
    lost: int


async def effects(url: str) -> int:
    """Return how many effects there are by now; 0 while the database is away."""
    with suppress(psycopg.OperationalError):
        async with await psycopg.AsyncConnection.connect(url, connect_timeout=2) as connection:
            return await _number(connection, "SELECT count(*) FROM webhook_events")
    return 0


async def settled(url: str, *, patience: float) -> bool:
    """Wait until nothing is left to be processed; tell whether that came to pass within these seconds."""
    unsettled = "SELECT count(*) FROM webhook_deliveries WHERE status IN ('received', 'processing')"
    with suppress(TimeoutError):
        async with asyncio.timeout(patience), await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while await _number(connection, unsettled):
                await asyncio.sleep(_POLL)
            return True
    return False


async def count(url: str, acknowledged: set[str]) -> Count:
    """Compare what is stored with what was acknowledged.

    Args:
        url: of the database.
        acknowledged: our ids.
    """
    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await (await connection.execute("SELECT id, status FROM webhook_deliveries")).fetchall()
        query: LiteralString = "SELECT delivery, count(*) FROM webhook_events GROUP BY delivery"
        by_delivery: dict[str, int] = dict(await (await connection.execute(query)).fetchall())
        attempts = await _number(connection, "SELECT count(*) FROM webhook_attempts")
        failed = await _number(connection, "SELECT count(error) FROM webhook_attempts")
    statuses = [status for _, status in rows]
    return Count(
        stored=len(rows),
        statuses={status: statuses.count(status) for status in sorted(set(statuses))},
        once=sum(number == 1 for number in by_delivery.values()),
        twice=sum(number > 1 for number in by_delivery.values()),
        attempts=attempts,
        failed=failed,
        missing=len(acknowledged - {id_ for id_, _ in rows}),
        lost=len(acknowledged - by_delivery.keys()),
    )


async def _number(connection: psycopg.AsyncConnection, query: LiteralString) -> int:
    row = await (await connection.execute(query)).fetchone()
    return int(row[0]) if row else 0
