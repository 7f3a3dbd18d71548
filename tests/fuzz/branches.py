"""Which share of the service's branches a run has reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coverage import Coverage

ROOT: Final = Path(__file__).parents[2] / "backend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The branches of a package.

    Attributes:
        package: its name, or that of a module at the top.
        reached: how many were taken.
        total: how many there are.
    """

    package: str
    reached: int
    total: int


class Branches:
    """Watches the service, but for its tests, from before it is imported."""

    def __init__(self) -> None:
        self._coverage = Coverage(
            data_file=None, config_file=False, branch=True, source_pkgs=["backend"], concurrency=["thread", "greenlet"]
        )

    def start(self) -> None:
        """Watch from now on."""
        self._coverage.start()

    def stop(self) -> Sequence[Reached]:
        """Return what was reached, package by package."""
        self._coverage.stop()
        reached: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for path in _modules():
            package = path.relative_to(ROOT).parts[0].removesuffix(".py")
            for exits, taken in self._coverage.branch_stats(str(path)).values():
                total[package] += exits
                reached[package] += taken
        return [Reached(package=name, reached=reached[name], total=total[name]) for name in sorted(total)]


def _modules() -> Iterator[Path]:
    return (path for path in ROOT.rglob("*.py") if "tests" not in path.relative_to(ROOT).parts)
