"""What the database and the relay say of collaborations in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg

from tests.chaos.agents_relay import Relay

_POLL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How the collaborations fared.

    Attributes:
        statuses: of the collaborations.
        missing: of those that were acknowledged, how many are not stored.
        steps, succeeded: how many steps there are, and how many have an answer.
        once, again: how many were asked once, and more than once.
        calls: all of them.
        late: calls of steps whose answer was stored before.
        unknown: calls of which there is no record, as a step begun or as an attempt at one.
    """

    statuses: Mapping[str, int]
    missing: int
    steps: int
    succeeded: int
    once: int
    again: int
    calls: int
    late: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Step:
    prompt: str | None
    attempts: int
    status: str
    ended_at: datetime | None


async def answered(url: str) -> int:
    """Return how many steps have an answer by now."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        query = "SELECT count(*) FROM collaboration_steps WHERE status = 'succeeded'"
        row = await (await connection.execute(query)).fetchone()
        return int(row[0]) if row else 0


async def settled(url: str, *, patience: float) -> bool:
    """Wait until no collaboration is unfinished; tell whether that came to pass within these seconds."""
    query = "SELECT count(*) FROM collaborations WHERE status IN ('started', 'running')"
    with suppress(TimeoutError):
        async with asyncio.timeout(patience), await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while (await (await connection.execute(query)).fetchone()) != (0,):
                await asyncio.sleep(_POLL)
            return True
    return False


async def count(url: str, acknowledged: set[str], relay: Relay) -> Count:
    """Compare what is stored with what was acknowledged, and with what was asked.

    Args:
        url: of the database.
        acknowledged: ids of collaborations.
        relay: knows what was asked.
    """
    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await (await connection.execute("SELECT id, status FROM collaborations")).fetchall()
        query = "SELECT prompt, attempts, status, ended_at FROM collaboration_steps"
        steps = [_Step(*row) for row in await (await connection.execute(query)).fetchall()]
    statuses = [status for _, status in rows]
    return Count(
        statuses={status: statuses.count(status) for status in sorted(set(statuses))},
        missing=len(acknowledged - {id_ for id_, _ in rows}),
        steps=len(steps),
        succeeded=sum(step.status == "succeeded" for step in steps),
        once=sum(len(_times(step, relay)) == 1 for step in steps),
        again=sum(len(_times(step, relay)) > 1 for step in steps),
        calls=sum(map(len, relay.asked.values())),
        late=sum(time > step.ended_at for step in steps if step.ended_at for time in _times(step, relay)),
        unknown=_unknown(steps, relay),
    )


def _times(step: _Step, relay: Relay) -> Sequence[datetime]:
    return relay.times(step.prompt) if step.prompt is not None else ()


def _unknown(steps: Sequence[_Step], relay: Relay) -> int:
    recorded = {step.prompt: step.attempts for step in steps}
    return sum(max(0, len(times) - recorded.get(prompt, 0)) for prompt, times in relay.asked.items())
