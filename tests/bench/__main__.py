"""`python -m tests.bench SUBJECT`: how fast something is, beside something else in the same run."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rich.console import Console

from tests.bench import plugin, webhooks

WIDTH: Final = 120
SUBJECTS: Final[Mapping[str, Callable[[Console, int, int], Coroutine[None, None, None]]]] = MappingProxyType(
    {"plugin": plugin.run, "webhooks": webhooks.run}
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are named, or all, and print their tables.

    Returns:
        0: a timing is told, and never judged.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--count", type=int, default=3000, help="deliveries of a round (default: 3000)")
    parser.add_argument("--rounds", type=int, default=5, help="of each side, in turns (default: 5)")
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    for subject in options.subjects or SUBJECTS:
        asyncio.run(SUBJECTS[subject](console, options.count, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
