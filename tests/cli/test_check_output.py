"""`tapecheck check --output FILE`"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Result


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_report_goes_into_the_file(tapecheck: Callable[..., Result], project: Path, form: str) -> None:
    printed = tapecheck("check", "tapes", "--format", form)
    result = tapecheck("check", "tapes", "--format", form, "--output", "report")
    assert (result.status, result.out, result.err) == (1, "", "")
    assert (project / "report").read_text(encoding="utf-8") == printed.out


def test_an_older_report_is_replaced(tapecheck: Callable[..., Result], project: Path) -> None:
    (project / "report").write_text("x" * 10_000, encoding="utf-8")
    tapecheck("check", "tapes/good.yaml", "--output", "report")
    assert "x" not in (project / "report").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("absent/report", "No such file or directory"),
        ("tapes", "Is a directory"),
        ("pyproject.toml/a", "Not a directory"),
    ],
)
def test_a_place_where_nothing_can_be_written(tapecheck: Callable[..., Result], place: str, reason: str) -> None:
    result = tapecheck("check", "tapes", "--output", place)
    assert (result.status, result.out) == (2, "")
    assert result.err == f"tapecheck: {place}: the report cannot be written: {reason}\n"
