from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import tapecheck
from tapecheck.cli.bundled import bundled_contracts, contracts_folder
from tapecheck.cli.project import Project
from tapecheck.contracts import load

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


def test_an_installed_tapecheck_has_them_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tapecheck, "__file__", str(tmp_path / "src/tapecheck/__init__.py"))
    assert bundled_contracts() == tmp_path / "contracts"
    (tmp_path / "src/tapecheck/_contracts").mkdir(parents=True)
    assert bundled_contracts() == tmp_path / "src/tapecheck/_contracts"
