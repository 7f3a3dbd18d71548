from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.cli.lint import lint

if TYPE_CHECKING:
    import pytest

Options = Callable[..., Namespace]


def test_sound_contracts_are_counted(here: Path, options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(options("lint", "contracts")) == 0
    assert capsys.readouterr().out == "contracts: 1 contract, 1 operation, 1 schema: no mistakes\n"


def test_every_mistake_is_printed(here: Path, options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "contracts/weather/response.schema.json").write_text("{", encoding="utf-8")
    (here / "contracts/weather/contract.toml").write_text("", encoding="utf-8")
    assert lint(options("lint", "contracts")) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "contracts/weather/response.schema.json:1: the schema is not JSON" in captured.err
    assert "contracts/weather/contract.toml:1: title: the key is missing" in captured.err
    assert captured.err.endswith("\ncontracts: 5 mistakes\n")
