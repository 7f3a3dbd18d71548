"""`tapecheck check --strict`"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Result


def test_a_warning_fails_no_run(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes/drifted.yaml", "--format", "json")
    assert (result.status, result.codes) == (0, ["TC201"])
    assert result.findings[0]["severity"] == "warning"


def test_but_a_strict_one(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes/drifted.yaml", "--strict", "--format", "json")
    assert (result.status, result.codes) == (1, ["TC201"])
    assert result.findings[0]["severity"] == "error"
    summary = result.summary
    assert (summary["errors"], summary["warnings"]) == (1, 0)


def test_what_is_right_stays_right(tapecheck: Callable[..., Result]) -> None:
    assert tapecheck("check", "tapes/good.yaml", "--strict").status == 0


def test_what_is_ignored_stays_ignored(tapecheck: Callable[..., Result]) -> None:
    assert tapecheck("check", "tapes/drifted.yaml", "--strict", "--ignore", "TC2").status == 0
