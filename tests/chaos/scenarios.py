"""Which scenarios there are."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final, TypeAlias

from rich.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done.

    Attributes:
        count: of what is sent.
        kills: of the service.
        away: seconds without PostgreSQL.
    """

    count: int
    kills: int
    away: float


Run: TypeAlias = Callable[[Console, Random, Size], Coroutine[None, None, bool]]
"""Prints what it counted, and tells whether every promise was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is ended, and under which load.

    Attributes:
        run: does it.
        count: of what is sent, unless another one is asked for.
    """

    run: Run
    count: int


async def _webhooks(console: Console, chance: Random, size: Size) -> bool:
    from tests.chaos.webhooks import run

    return await run(console, chance, size)


async def _agents(console: Console, chance: Random, size: Size) -> bool:
    from tests.chaos.agents import run

    return await run(console, chance, size)


SCENARIOS: Final[Mapping[str, Scenario]] = MappingProxyType(
    {"agents": Scenario(run=_agents, count=60), "webhooks": Scenario(run=_webhooks, count=2000)}
)
"""The scenarios by name."""
