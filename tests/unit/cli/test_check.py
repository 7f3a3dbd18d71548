from __future__ import annotations

import io
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.checking import ENGINES
from tapecheck.cli.check import ENGINE_NAMES, FORMATS, check
from tapecheck.errors import ConfigurationError, ContractError, UsageError

Options = Callable[..., Namespace]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_report_is_printed_and_the_status_returned(
    here: Path, options: Options, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(options("check", "tape.yaml", "--contracts", "contracts")) == 1
    assert "tape.yaml:1: TC307 error" in capsys.readouterr().out
    assert check(options("check", "tape.yaml", "--contracts", "contracts", "--ignore", "TC307")) == 0


@pytest.mark.parametrize(("form", "colored"), [("text", True), ("json", False)])
def test_text_has_colors_on_a_terminal(
    here: Path, options: Options, monkeypatch: pytest.MonkeyPatch, form: str, colored: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    check(options("check", "tape.yaml", "--contracts", "contracts", "--format", form))
    assert ("\x1b[" in terminal.getvalue()) is colored


def test_a_file_never_has_colors(here: Path, options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    check(options("check", "tape.yaml", "--contracts", "contracts", "--output", "report"))
    assert terminal.getvalue() == ""
    assert "\x1b" not in (here / "report").read_text(encoding="utf-8")


def test_nothing_to_check(here: Path, options: Options) -> None:
    with pytest.raises(UsageError, match="no path is given"):
        check(options("check"))


def test_a_report_that_cannot_be_written(here: Path, options: Options) -> None:
    with pytest.raises(UsageError, match="the report cannot be written: Is a directory") as caught:
        check(options("check", "tape.yaml", "--contracts", "contracts", "--output", "contracts"))
    assert caught.value.path == Path("contracts")


def test_a_broken_contract(here: Path, options: Options) -> None:
    (here / "contracts/weather/contract.toml").write_text("", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        check(options("check", "tape.yaml", "--contracts", "contracts"))
    assert (caught.value.hint or "").endswith("There are 3 more: `tapecheck lint contracts` lists all.")


def test_a_wrong_setting(here: Path, options: Options) -> None:
    (here / "pyproject.toml").write_text("[tool.tapecheck]\na = 1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        check(options("check", "tape.yaml"))


def test_what_can_be_chosen() -> None:
    assert set(FORMATS) == {"json", "text"}
    assert set(ENGINE_NAMES) == set(ENGINES)
    assert ENGINE_NAMES[0] == "jsonschema-rs"
