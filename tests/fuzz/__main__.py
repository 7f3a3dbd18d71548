"""`python -m tests.fuzz`: fuzzes every endpoint of the backend, and tells what it reached."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from typing import Final

from rich.console import Console

from tests.fuzz.branches import Branches
from tests.fuzz.loopback import Loopback

SEED: Final = 20260105
EXAMPLES: Final = 200
WIDTH: Final = 140


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all campaigns and print what came of them.

    Returns:
        0; 1 where anything failed.
    """
    options = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    began, loopback, branches = time.monotonic(), Loopback(), Branches()
    loopback.install()
    branches.start()
    from tests.fuzz.report import show_branches, show_failures, summary  # imports the service, watched by now
    from tests.fuzz.session import fuzz

    tallies = fuzz(console, options.seed, options.examples)
    reached = branches.stop()
    failures = [failure for tally in tallies for failure in tally.failures]
    show_branches(console, reached)
    show_failures(console, failures)
    console.print(
        f"\n{summary(tallies, reached)}\n{loopback.connections} connections on this machine, "
        f"{len(loopback.strangers)} to others; {time.monotonic() - began:.0f} s"
    )
    return int(bool(failures or loopback.strangers))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=_seed, default=SEED, help=f"a number, or 'random' (default: {SEED})")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help=f"for each operation (default: {EXAMPLES})")
    return parser


def _seed(text: str) -> int:
    return random.SystemRandom().getrandbits(32) if text == "random" else int(text)


if __name__ == "__main__":
    sys.exit(main())
