"""The table in docs/reference/backend-faults.md: what the service answers when a fault befalls whom it calls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from backend.tests.unit.providers.tapes import ROOT
from tapecheck.testing import FAULTS

PAGE: Final = ROOT / "docs/reference/backend-faults.md"
ROW: Final = re.compile(r"^\| `(?P<fault>[^`]+)` \|.*\n", re.MULTILINE)
HEAD_END: Final = "|---|---|---|---|---|\n"
NOTHING: Final = "-"
"""Where a fault cannot befall an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one request.

    Attributes:
        status: of the response.
        failed: the status in the `error` event at the end of a stream.
        waits: whether there is a `Retry-After`.
        words: how a success is called.
    """

    status: int
    failed: int | None = None
    waits: bool = False
    words: str = "whole"

    @property
    def problem(self) -> int | None:
        """Return the status of the problem, None where there is none."""
        return self.failed or (None if self.status == 200 else self.status)

    def __str__(self) -> str:
        if self.failed is not None:
            return f"`error` {self.failed}"
        if self.status == 200:
            return self.words
        return f"{self.status}, `Retry-After`" if self.waits else str(self.status)


def cell(outcomes: Mapping[str, Outcome]) -> str:
    """Return what is in a cell: what most of the providers have in common first, and the others by name."""
    if not outcomes:
        return NOTHING
    by_words = sorted(outcomes, key=lambda name: str(outcomes[name]))
    groups = [(words, list(names)) for words, names in groupby(by_words, lambda name: str(outcomes[name]))]
    (usual, _), *others = sorted(groups, key=lambda group: -len(group[1]))
    return "; ".join([usual, *(f"{words} from {' and '.join(sorted(names))}" for words, names in others)])


def row(fault: str, cells: Sequence[str]) -> str:
    """Return a line of the table."""
    return f"| `{fault}` | {' | '.join(cells)} |\n"


def documented() -> dict[str, str]:
    """Return the lines of the table by fault, in the order of the page."""
    return {found["fault"]: found[0] for found in ROW.finditer(PAGE.read_text(encoding="utf-8"))}


def document(fault: str, line: str) -> None:
    """Write a line into the table, whose order is that of the faults."""
    lines = {**documented(), fault: line}
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(HEAD_END)
    table = "".join(lines[name] for name in FAULTS if name in lines)
    PAGE.write_text(f"{head}{HEAD_END}{table}{ROW.sub('', rest)}", encoding="utf-8")
