"""Agents: the service is killed while they work together; no answer is lost, and none is asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Final

import httpx
from rich.console import Console
from rich.table import Table

from tests.chaos.agents_counting import Count, answered, count, settled
from tests.chaos.agents_relay import Relay, relaying
from tests.chaos.scenarios import Size
from tests.machine import Machine, Process, machine

_AGENTS: Final = ("Ada", "Bob", "Cleo")
_WORKFLOWS: Final = ("sequential", "parallel")
_AT_A_TIME: Final = 6
"""Calls of one service."""

_SETTINGS: Final = {
    "BACKEND_COLLABORATION_CONCURRENCY": str(_AT_A_TIME),
    "BACKEND_CHAT_RETRIES": "0",
    "BACKEND_ADOPT_EVERY": "1",
}
_PATIENCE: Final = 180
"""Seconds that the work may take after the last kill."""

_PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one part."""

    title: str
    wanted: int
    kills: int
    count: Count
    settled: bool

    @property
    def kept(self) -> bool:
        """Tell whether every promise was kept.

        A call that a kill has cut off is made again: there are no more of those than were under way at the kills.
        """
        found = self.count
        whole = self.settled and found.statuses == {"succeeded": self.wanted} and found.succeeded == found.steps
        again = found.calls - found.steps
        return whole and not (found.missing or found.late or found.unknown) and again <= self.kills * _AT_A_TIME


async def run(console: Console, chance: Random, size: Size) -> bool:
    """Kill the service again and again, then one of two for good."""
    outcomes = [await _killed(chance, size), await _left_alone(size)]
    console.print(_table(outcomes))
    return all(outcome.kept for outcome in outcomes)


async def _killed(chance: Random, size: Size) -> Outcome:
    async with machine() as made:
        with relaying() as relay:
            service = _service(made, relay)
            await service.start()
            try:
                starting = asyncio.create_task(_start([service], size.count))
                await _kill(made, service, chance, size)
                acknowledged = await starting
                done = await settled(made.database_url, patience=_PATIENCE)
            finally:
                service.stop()
            found = await count(made.database_url, acknowledged, relay)
    return Outcome(title="service killed", wanted=size.count, kills=size.kills, count=found, settled=done)


async def _left_alone(size: Size) -> Outcome:
    """Run two services on one database, and kill one when a third of the work is done."""
    async with machine() as made:
        with relaying() as relay:
            lost, left = _service(made, relay), _service(made, relay)
            await lost.start()
            await left.start()
            try:
                acknowledged = await _start([lost, left], size.count)
                while await answered(made.database_url) < size.count * len(_AGENTS) // 3:
                    await asyncio.sleep(0.01)
                lost.kill()
                done = await settled(made.database_url, patience=_PATIENCE)
            finally:
                lost.kill()
                left.stop()
            found = await count(made.database_url, acknowledged, relay)
    return Outcome(title="one of two killed", wanted=size.count, kills=1, count=found, settled=done)


def _service(made: Machine, relay: Relay) -> Process:
    return made.service(**_SETTINGS, **relay.settings)


async def _kill(made: Machine, service: Process, chance: Random, size: Size) -> None:
    """Kill the service whenever the answers that are stored reach one of as many points of the whole."""
    steps = size.count * len(_AGENTS)
    for point in sorted(chance.uniform(0.01, 0.97) * steps for _ in range(size.kills)):
        while await answered(made.database_url) < point:
            await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0, 0.4))
        service.kill()
        await service.start()


async def _start(services: Sequence[Process], wanted: int) -> set[str]:
    """Start collaborations, in turns at each service and of each workflow; return the ids that were acknowledged."""
    async with httpx.AsyncClient(timeout=30) as client:
        agents = [await _post(client, services[0], "agents", {"name": name}, "") for name in _AGENTS]
        turns = zip(range(wanted), cycle(services), strict=False)
        return {
            await _post(
                client,
                service,
                "collaboration",
                {"agents": agents, "task": f"Task {number}.", "workflow": _WORKFLOWS[number // 2 % len(_WORKFLOWS)]},
                f"task-{number}",
            )
            for number, service in turns
        }


async def _post(client: httpx.AsyncClient, service: Process, path: str, body: object, key: str) -> str:
    """Send something until it is acknowledged, and return its id."""
    headers = {"idempotency-key": key} if key else {}
    while True:
        try:
            response = await client.post(f"{service.url}/api/{path}", json=body, headers=headers)
            if response.status_code == httpx.codes.OK:
                return str(response.json()["id"])
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                raise RuntimeError(f"POST /api/{path} answered {response.status_code}: {response.text}")
        except httpx.TransportError:
            pass  # it was killed, and is started again
        await asyncio.sleep(_PAUSE)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(title="agents under chaos")
    table.add_column("")
    for outcome in outcomes:
        table.add_column(outcome.title, justify="right")
    counts = [outcome.count for outcome in outcomes]
    rows: dict[str, list[object]] = {
        "collaborations acknowledged": [outcome.wanted for outcome in outcomes],
        "times killed": [outcome.kills for outcome in outcomes],
        "by status": [", ".join(f"{name} {number}" for name, number in one.statuses.items()) for one in counts],
        "acknowledged, not stored": [one.missing for one in counts],
        "steps": [one.steps for one in counts],
        "steps with an answer": [one.succeeded for one in counts],
        "calls of the provider": [one.calls for one in counts],
        "steps asked once": [one.once for one in counts],
        "steps asked again, cut off in flight": [one.again for one in counts],
        "calls after the answer was stored": [one.late for one in counts],
        "calls without a record": [one.unknown for one in counts],
    }
    for name, values in rows.items():
        table.add_row(name, *map(str, values))
    table.add_row("every promise kept", *("yes" if outcome.kept else "NO" for outcome in outcomes))
    return table
