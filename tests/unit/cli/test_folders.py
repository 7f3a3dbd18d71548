from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.cli.folders import contracts_folder
from tapecheck.contracts import bundled_contracts, load
from tapecheck.project import Project

if TYPE_CHECKING:
    import pytest


def test_the_command_line_wins(tmp_path: Path) -> None:
    assert contracts_folder(Path("named"), Project(contracts=tmp_path / "own")) == Path("named")


def test_then_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert contracts_folder(None, Project(contracts=tmp_path / "own")) == Path("own")
    assert contracts_folder(None, Project(contracts=Path("/elsewhere/own"))) == Path("/elsewhere/own")


def test_then_what_comes_with_tapecheck() -> None:
    folder = contracts_folder(None, Project())
    assert folder == bundled_contracts()
    assert load(folder).problems == ()
