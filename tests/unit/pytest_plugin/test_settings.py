from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.errors import ConfigurationError, ContractError
from tapecheck.pytest_plugin.settings import Mode, Settings, read_settings

TABLE = "[tool.tapecheck]\ncontracts = 'mine'\n"


def settings(pytester: pytest.Pytester, *arguments: str) -> Settings:
    return read_settings(pytester.parseconfig(*arguments))


def test_a_stranger_s_suite_is_only_reported_on(pytester: pytest.Pytester) -> None:
    assert settings(pytester).mode is Mode.REPORT


def test_a_project_that_has_settings_is_held_to_them(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(TABLE)
    found = settings(pytester)
    assert found.mode is Mode.ENFORCE
    assert found.project.contracts == pytester.path / "mine"


@pytest.mark.parametrize("mode", list(Mode))
def test_the_command_line_wins(pytester: pytest.Pytester, mode: Mode) -> None:
    pytester.makepyprojecttoml(TABLE)
    assert settings(pytester, f"--contracts={mode}").mode is mode


def test_the_record_mode_is_the_one_of_the_command_line(pytester: pytest.Pytester) -> None:
    assert settings(pytester).record_mode is None
    assert settings(pytester, "--record-mode=none").record_mode == "none"


def test_a_wrong_setting_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.tapecheck]\ncontract = 'mine'\n")
    with pytest.raises(ConfigurationError, match=r"tool\.tapecheck\.contract: the setting is unknown"):
        settings(pytester)


def test_where_nothing_is_checked_answers_still_come_from_the_project_s_contracts(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(TABLE)
    assert settings(pytester, "--contracts=off").project.contracts == pytester.path / "mine"


def test_where_nothing_is_checked_wrong_settings_do_not_matter(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.tapecheck]\ncontract = 'mine'\n")
    assert settings(pytester, "--contracts=off").mode is Mode.OFF


def test_the_contracts_are_the_project_s_or_those_that_come_along(pytester: pytest.Pytester) -> None:
    assert "openai" in settings(pytester).contracts.by_provider
    contract = Path(pytester.mkdir("mine")) / "own"
    contract.mkdir()
    (contract / "contract.toml").write_text("nothing = 1\n", encoding="utf-8")
    pytester.makepyprojecttoml(TABLE)
    with pytest.raises(ContractError, match="the key is missing"):
        _ = settings(pytester).contracts
