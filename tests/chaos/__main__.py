"""`python -m tests.chaos SCENARIO`: ends what the service stands on, under load, and counts what came of it."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from typing import Final

from rich.console import Console

from tests.chaos.scenarios import SCENARIOS, Size

WIDTH: Final = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a scenario and print its tables.

    Returns:
        0; 1 where a promise was broken.
    """
    options = _parser().parse_args(arguments)
    seed = random.SystemRandom().getrandbits(32) if options.seed is None else options.seed
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    console.print(f"chaos of {options.scenario}, --seed {seed}")
    scenario = SCENARIOS[options.scenario]
    size = Size(count=options.count or scenario.count, kills=options.kills, away=options.away)
    kept = asyncio.run(scenario.run(console, random.Random(seed), size))
    return int(not kept)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("scenario", choices=SCENARIOS)
    defaults = ", ".join(f"{scenario.count} {name}" for name, scenario in SCENARIOS.items())
    parser.add_argument("--count", type=int, help=f"how many are sent (default: {defaults})")
    parser.add_argument("--kills", type=int, default=20, help="how often the service is killed (default: 20)")
    parser.add_argument("--away", type=float, default=10, help="seconds without PostgreSQL (default: 10)")
    parser.add_argument("--seed", type=int, help="repeats the choices of an earlier run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
