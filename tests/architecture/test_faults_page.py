"""The pages of faults list those that there are."""

from __future__ import annotations

import re
from pathlib import Path

from tapecheck import delivering
from tapecheck.faults import FAULTS

ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<summary>.+) \|$", re.MULTILINE)


def test_the_table_is_the_catalogue(root: Path) -> None:
    page = (root / "docs/reference/faults.md").read_text(encoding="utf-8")
    assert ROW.findall(page) == [(fault.name, fault.summary) for fault in FAULTS.values()]


def test_the_table_of_deliveries_is_their_catalogue(root: Path) -> None:
    page = (root / "docs/reference/command-line.md").read_text(encoding="utf-8")
    section = page.partition("### Faults of deliveries")[2].partition("```")[0]
    assert ROW.findall(section) == [(fault.name, fault.summary) for fault in delivering.FAULTS.values()]
