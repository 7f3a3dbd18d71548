"""`tapecheck lint [DIR]`"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Result

SOUND = "1 contract, 1 operation, 1 schema: no mistakes\n"


def test_the_contracts_of_the_project(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("lint")
    assert (result.status, result.out, result.err) == (0, f"contracts: {SOUND}", "")


def test_a_folder_that_is_named(tapecheck: Callable[..., Result], project: Path) -> None:
    (project / "contracts").rename(project / "others")
    assert tapecheck("lint", "others").out == f"others: {SOUND}"
    assert tapecheck("lint").status == 2


def test_without_a_project_those_that_come_with_tapecheck(tapecheck: Callable[..., Result], project: Path) -> None:
    (project / "pyproject.toml").unlink()
    result = tapecheck("lint")
    assert result.status == 0
    assert result.out.endswith(": no mistakes\n")
    assert SOUND not in result.out


def test_every_mistake_has_file_line_and_reason(tapecheck: Callable[..., Result], project: Path) -> None:
    contract = project / "contracts/weather/contract.toml"
    contract.write_text(
        contract.read_text(encoding="utf-8").replace('"GET"', '"get"') + "reponse = 1\n", encoding="utf-8"
    )
    (project / "contracts/weather/other.schema.json").write_text("[]", encoding="utf-8")
    result = tapecheck("lint")
    assert (result.status, result.out) == (2, "")
    methods = "'GET', 'POST', 'PUT', 'PATCH', 'DELETE' or 'HEAD'"
    assert [line for line in result.err.splitlines() if not line.startswith("  ")] == [
        "contracts/weather/other.schema.json:1: a schema file holds one object, got list",
        f"contracts/weather/contract.toml:8: operations.forecast.method: got 'get', expected {methods}",
        "contracts/weather/contract.toml:11: operations.forecast.reponse: the key is unknown",
        "contracts: 3 mistakes",
    ]


def test_check_says_the_first_mistake_and_how_many_there_are(tapecheck: Callable[..., Result], project: Path) -> None:
    (project / "contracts/weather/contract.toml").write_text("", encoding="utf-8")
    result = tapecheck("check", "tapes")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("tapecheck: contracts/weather/contract.toml:1: title: the key is missing\n")
    assert result.err.endswith("\n  There are 3 more: `tapecheck lint contracts` lists all.\n")
    assert tapecheck("lint", "contracts").err.endswith("contracts: 4 mistakes\n")
