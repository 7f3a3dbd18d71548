"""Webhooks: the service is killed, then PostgreSQL is away; nothing is lost, and nothing has its effect twice."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from random import Random
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.chaos.counting import Count, count, effects, settled
from tests.chaos.deliveries import SECRETS, deliveries
from tests.chaos.scenarios import Size
from tests.chaos.sending import Sending, send_all
from tests.machine import Machine, Process, machine

_SENDERS: Final = 16
_RATE: Final = 100
"""Deliveries a second, while PostgreSQL is away for a part of them."""

_PATIENCE: Final = 240
"""Seconds that processing may take after the load."""

_SETTINGS: Final = {
    "BACKEND_WEBHOOK_SECRETS": json.dumps(dict(SECRETS)),
    "BACKEND_WEBHOOK_BACKOFF_INITIAL": "0.5",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one part."""

    title: str
    genuine: int
    ended: int
    sending: Sending
    count: Count
    settled: bool

    @property
    def kept(self) -> bool:
        """Tell whether every promise was kept."""
        found, answers = self.count, self.sending.answers
        whole = self.settled and len(self.sending.acknowledged) == self.genuine == found.stored == found.once
        return whole and not (found.twice or found.lost or found.missing or self.sending.hurried or answers[500])


async def run(console: Console, chance: Random, size: Size) -> bool:
    """Kill the service under load, then stop PostgreSQL under load."""
    outcomes = [await _killed(chance, size), await _without_postgres(chance, size)]
    console.print(_table(outcomes))
    return all(outcome.kept for outcome in outcomes)


async def _killed(chance: Random, size: Size) -> Outcome:
    async with machine() as made:
        service, sending = made.program("-m", "tests.chaos.service", **_SETTINGS), Sending()
        await service.start()
        try:
            load = asyncio.create_task(_load(service, chance, size, sending))
            kills = await _kill(made, service, chance, size, sending)
            await load
            done = await settled(made.database_url, patience=_PATIENCE)
        finally:
            service.stop()
        found = await count(made.database_url, set(sending.acknowledged.values()))
        return Outcome(
            title="service killed", genuine=size.count, ended=kills, sending=sending, count=found, settled=done
        )


async def _load(service: Process, chance: Random, size: Size, sending: Sending) -> None:
    await send_all(service.url, deliveries(size.count, chance), sending, senders=_SENDERS, pace=_at_once)


async def _kill(made: Machine, service: Process, chance: Random, size: Size, sending: Sending) -> int:
    """Kill the service whenever acknowledgements and effects together reach one of as many points of the whole."""
    points = sorted(chance.uniform(0.02, 0.97) * 2 * size.count for _ in range(size.kills))
    for point in points:
        while len(sending.acknowledged) + await effects(made.database_url) < point:
            await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0, 0.1))
        service.kill()
        await service.start()
    return len(points)


async def _without_postgres(chance: Random, size: Size) -> Outcome:
    async with machine() as made:
        service, sending = made.program("-m", "tests.chaos.service", **_SETTINGS), Sending()
        await service.start()
        try:
            pace = _Pace(_RATE)
            load = asyncio.create_task(
                send_all(service.url, deliveries(size.count, chance), sending, senders=_SENDERS, pace=pace)
            )
            while len(sending.acknowledged) < size.count // 5:
                await asyncio.sleep(0.01)
            await made.stop_postgres()
            await asyncio.sleep(size.away)
            await made.start_postgres()
            await load
            done = await settled(made.database_url, patience=_PATIENCE)
        finally:
            service.stop()
        found = await count(made.database_url, set(sending.acknowledged.values()))
        return Outcome(
            title=f"PostgreSQL away for {size.away:g} s",
            genuine=size.count,
            ended=1,
            sending=sending,
            count=found,
            settled=done,
        )


async def _at_once() -> None:
    """Send as fast as the service answers."""


class _Pace:
    """Spreads deliveries evenly over time."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate
        self._next = 0.0

    async def __call__(self) -> None:
        now = asyncio.get_running_loop().time()
        self._next = max(now, self._next + self._gap)
        await asyncio.sleep(self._next - now)


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(title="webhooks under chaos")
    table.add_column("")
    for outcome in outcomes:
        table.add_column(outcome.title, justify="right")
    for name, values in _rows(outcomes).items():
        table.add_row(name, *map(str, values))
    table.add_row("every promise kept", *("yes" if outcome.kept else "NO" for outcome in outcomes))
    return table


def _rows(outcomes: list[Outcome]) -> dict[str, list[object]]:
    counts, sendings = [one.count for one in outcomes], [one.sending for one in outcomes]
    return {
        "genuine deliveries": [one.genuine for one in outcomes],
        "times ended": [one.ended for one in outcomes],
        "answers 200": [one.answers[200] for one in sendings],
        "acknowledged as duplicates": [one.duplicates for one in sendings],
        "answers 400 and 401 (forged)": [one.answers[400] + one.answers[401] for one in sendings],
        "answers 503": [one.answers[503] for one in sendings],
        "503 without Retry-After": [one.hurried for one in sendings],
        "no answer": [one.answers[0] for one in sendings],
        "other answers": [
            sum(number for status, number in one.answers.items() if status not in {0, 200, 400, 401, 503})
            for one in sendings
        ],
        "acknowledged": [len(one.acknowledged) for one in sendings],
        "stored": [one.stored for one in counts],
        "acknowledged, not stored": [one.missing for one in counts],
        "effect exactly once": [one.once for one in counts],
        "effect twice": [one.twice for one in counts],
        "acknowledged, no effect": [one.lost for one in counts],
        "attempts recorded": [one.attempts for one in counts],
        "of them failed": [one.failed for one in counts],
        "by status": [", ".join(f"{name} {number}" for name, number in one.statuses.items()) for one in counts],
    }
