"""Groups: cases that share a pyproject.toml, and are run by one command.

The table `[tool.conformance]` of that file may give `options`, in place of ours, `options-of-plugin`, which are given
with the plugin only, and the `status` that pytest ends with, `without` the plugin and `with` it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.case import ROOT, Case, Side, cases_of

OPTIONS = ("--record-mode=none", "--block-network")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A folder of cases.

    Attributes:
        folder: where it is.
        options, options_of_plugin: of pytest.
        status: what pytest ends with, for each side.
    """

    folder: Path
    options: Sequence[str]
    options_of_plugin: Sequence[str]
    status: dict[Side, int]

    def command(self, side: Side) -> tuple[str, ...]:
        """Return the options of a run."""
        return (*self.options, *(("-p", "tapecheck", *self.options_of_plugin) if side == "with" else ()))

    def cases(self) -> list[Case]:
        """Read the cases."""
        return cases_of(self.folder)


def groups() -> dict[str, Group]:
    """Read all groups, by their names."""
    return {path.parent.name: read(path) for path in sorted(ROOT.glob("*/pyproject.toml"))}


def read(path: Path) -> Group:
    """Read the pyproject.toml of a group."""
    settings = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["conformance"]
    return Group(
        folder=path.parent,
        options=settings.get("options", OPTIONS),
        options_of_plugin=settings.get("options-of-plugin", ()),
        status=settings["status"],
    )
