"""`tapecheck check --select CODES`"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Result


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ("TC", ["TC101", "TC201"]),
        ("TC1", ["TC101"]),
        ("TC2", ["TC201"]),
        ("TC201", ["TC201"]),
        ("tc201", ["TC201"]),
        ("TC302", []),
        ("TC302,TC1", ["TC101"]),
        (" TC101 , TC201,", ["TC101", "TC201"]),
    ],
)
def test_only_what_is_selected(tapecheck: Callable[..., Result], codes: str, found: list[str]) -> None:
    result = tapecheck("check", "tapes", "--select", codes, "--format", "json")
    assert result.codes == found
    assert result.status == ("TC101" in found)


def test_it_wins_over_the_setting(tapecheck: Callable[..., Result], project: Path) -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('select = ["TC2"]\n')
    assert tapecheck("check", "tapes", "--format", "json").codes == ["TC201"]
    assert tapecheck("check", "tapes", "--select", "TC1", "--format", "json").codes == ["TC101"]


@pytest.mark.parametrize("codes", ["TC9", "TC1011", "XY1", "101", "TC1,TC999", "TC1 TC2"])
def test_an_unknown_code(tapecheck: Callable[..., Result], codes: str) -> None:
    result = tapecheck("check", "tapes", "--select", codes)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("tapecheck: --select: '")
    assert result.err.endswith("is no code of a finding\n  `tapecheck rules` lists them.\n")
