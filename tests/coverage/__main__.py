"""`python -m tests.coverage`: how much of the branches the tests cover, and how much without some of them."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import Final

from coverage import Coverage

from tests.coverage.contexts import Kind

_LEAST: Final = 95
_KINDS: Final = {
    "all tests": [*Kind],
    "without backend/tests/integration": [Kind.SERVERS, Kind.UNIT],
    "without any test that needs PostgreSQL or Valkey": [Kind.UNIT],
}


def main() -> int:
    """Print the shares of what `pytest --cov -p tests.coverage.contexts` measured.

    Returns:
        0; 1 where all tests together cover too little.
    """
    measured = Coverage()
    measured.load()
    measured.report(skip_covered=True, show_missing=True)
    shares = {title: share(measured, kinds) for title, kinds in _KINDS.items()}
    for title, percent in shares.items():
        print(f"{percent:6.2f} %  {title}")
    return int(shares["all tests"] < _LEAST)


def share(measured: Coverage, kinds: Iterable[Kind]) -> float:
    """Return how many percent of lines and branches these kinds of tests cover, with what imports alone run."""
    contexts = "|".join(kinds)
    return measured.report(file=io.StringIO(), contexts=[rf"^({contexts})?$"])


if __name__ == "__main__":
    sys.exit(main())
