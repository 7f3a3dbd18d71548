"""`tapecheck check PATH…`"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from tests.cli.conftest import Result


def test_a_file(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes/good.yaml")
    assert result.status == 0
    assert result.out == (
        "provider  operation  interactions  errors  warnings\n"
        "weather   forecast              1       0         0\n"
        "\n"
        "1 cassette, 1 interaction: 1 checked, 0 matched by no contract\n"
        "0 errors, 0 warnings\n"
    )
    assert result.err == ""


def test_a_broken_one(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes/broken.yaml")
    assert result.status == 1
    first, where, message, contract, *_ = result.out.splitlines()
    assert first == "tapes/broken.yaml"
    assert where.startswith("  tapes/broken.yaml:")
    assert where.endswith(": TC101 error: weather forecast, interaction 0, response, at /days")
    assert message == '    got string "three", the contract says integer'
    assert contract.endswith("forecast/response.schema.json#/properties/days/type")


def test_a_folder(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes", "--format", "json")
    assert result.status == 1
    assert result.codes == ["TC101", "TC201"]
    summary = result.summary
    assert (summary["cassettes"], summary["interactions"], summary["checked"], summary["unmatched"]) == (4, 4, 3, 1)
    assert (summary["errors"], summary["warnings"]) == (1, 1)


def test_several(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes/drifted.yaml", "tapes/broken.yaml", "--format", "json")
    assert result.codes == ["TC201", "TC101"]


def test_an_absolute_path_is_named_as_it_was_given(tapecheck: Callable[..., Result], project: Path) -> None:
    path = project / "tapes/broken.yaml"
    (finding,) = tapecheck("check", path, "--format", "json").findings
    assert finding["cassette"] == str(path)


def test_an_empty_folder(tapecheck: Callable[..., Result], project: Path) -> None:
    (project / "empty").mkdir()
    result = tapecheck("check", "empty")
    assert (result.status, result.out) == (2, "")
    assert "no cassette is in empty" in result.err


def test_a_path_with_blanks_and_signs(tapecheck: Callable[..., Result], project: Path) -> None:
    path = project / "tapes/a b [é] 'c'.yaml"
    (project / "tapes/broken.yaml").rename(path)
    assert f"{path.relative_to(project)}:" in tapecheck("check", "tapes").out


def test_without_a_path_the_project_says_what_to_check(tapecheck: Callable[..., Result], project: Path) -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('cassettes = ["tapes/drifted.yaml", "tapes/good.yaml"]\n')
    assert tapecheck("check", "--format", "json").codes == ["TC201"]


def test_without_a_path_from_a_folder_below(
    tapecheck: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('cassettes = ["tapes/broken.yaml"]\n')
    monkeypatch.chdir(project / "contracts")
    (finding,) = tapecheck("check", "--format", "json").findings
    assert finding["cassette"] == str(project / "tapes/broken.yaml")


def test_without_a_path_and_without_a_setting(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "tapecheck: no path is given, and no pyproject.toml above names any\n"
        "  Name files or folders, or set `cassettes` under [tool.tapecheck].\n"
    )


def test_a_path_that_does_not_exist(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes/absent.yaml", "tapes/drifted.yaml", "--format", "json")
    assert result.status == 1
    assert result.codes == ["TC302", "TC201"]
    assert result.findings[0]["cassette"] == "tapes/absent.yaml"
    assert "No such file or directory" in str(result.findings[0]["message"])


def test_a_cassette_of_the_project_has_to_be_under_a_contract(tapecheck: Callable[..., Result], project: Path) -> None:
    assert tapecheck("check", "tapes/strange.yaml").status == 0
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('cassettes = ["tapes"]\n')
    result = tapecheck("check", "tapes/strange.yaml", "--format", "json")
    assert (result.status, result.codes) == (1, ["TC301"])
