"""`tapecheck check --ignore CODES`"""

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
        ("TC1", ["TC201"]),
        ("TC101", ["TC201"]),
        ("tc201", ["TC101"]),
        ("TC1,TC2", []),
        ("TC", []),
        ("TC302", ["TC101", "TC201"]),
    ],
)
def test_all_but_what_is_ignored(tapecheck: Callable[..., Result], codes: str, found: list[str]) -> None:
    result = tapecheck("check", "tapes", "--ignore", codes, "--format", "json")
    assert result.codes == found
    assert result.status == ("TC101" in found)


@pytest.mark.parametrize(
    ("select", "ignore", "found"),
    [("TC101", "TC1", ["TC101"]), ("TC1", "TC101", []), ("TC1", "TC1", []), ("TC", "TC2", ["TC101"])],
)
def test_the_longer_code_wins(tapecheck: Callable[..., Result], select: str, ignore: str, found: list[str]) -> None:
    assert tapecheck("check", "tapes", "--select", select, "--ignore", ignore, "--format", "json").codes == found


def test_it_wins_over_the_setting(tapecheck: Callable[..., Result], project: Path) -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('ignore = ["TC1"]\n')
    assert tapecheck("check", "tapes", "--format", "json").codes == ["TC201"]
    assert tapecheck("check", "tapes", "--ignore", "TC2", "--format", "json").codes == ["TC101"]


def test_files_of_the_project_can_be_ignored_in_part(tapecheck: Callable[..., Result], project: Path) -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[tool.tapecheck.per-file-ignores]\n"tapes/br*" = ["TC1"]\n')
    assert tapecheck("check", "tapes", "--format", "json").codes == ["TC201"]


def test_an_unknown_code(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes", "--ignore", "TC1,nonsense")
    assert (result.status, result.out) == (2, "")
    assert "--ignore: 'NONSENSE' is no code of a finding" in result.err
