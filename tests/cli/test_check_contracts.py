"""`tapecheck check --contracts DIR`"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Result


def test_the_folder_that_is_named(tapecheck: Callable[..., Result], project: Path) -> None:
    (project / "contracts").rename(project / "others")
    result = tapecheck("check", "tapes/broken.yaml", "--contracts", "others")
    assert result.status == 1
    assert "contract: others/weather/forecast/response.schema.json#" in result.out


def test_it_wins_over_the_setting(tapecheck: Callable[..., Result], project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.tapecheck]\ncontracts = "absent"\n', encoding="utf-8")
    assert tapecheck("check", "tapes/good.yaml").status == 2
    assert tapecheck("check", "tapes/good.yaml", "--contracts", "contracts").status == 0


def test_without_it_and_a_setting_those_that_come_with_tapecheck(
    tapecheck: Callable[..., Result], project: Path
) -> None:
    (project / "pyproject.toml").unlink()
    result = tapecheck("check", "tapes", "--format", "json")
    assert result.status == 0
    summary = result.summary
    assert (summary["checked"], summary["unmatched"]) == (0, 4)


def test_a_folder_that_is_not_there(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes", "--contracts", "absent")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(
        "tapecheck: absent: the folder of contracts cannot be read: No such file or directory\n"
    )


def test_the_folder_of_one_provider(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes", "--contracts", "contracts/weather")
    assert result.status == 2
    assert "Name the folder above it." in result.err
