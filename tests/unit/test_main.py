from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

import tapecheck


@pytest.mark.parametrize(
    ("arguments", "status", "printed"),
    [
        (["--version"], 0, f"tapecheck {tapecheck.__version__}"),
        (["rules", "TC101"], 0, "TC101"),
        (["rules", "TC999"], 2, ""),
    ],
)
def test_python_m_tapecheck_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, printed: str
) -> None:
    """It is run as a file: as it has a plugin of pytest, pytest loads the package in a way that runpy cannot."""
    monkeypatch.setattr(sys, "argv", ["tapecheck", *arguments])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(Path(tapecheck.__file__).with_name("__main__.py")), run_name="__main__")
    assert caught.value.code == status
    assert capsys.readouterr().out.startswith(printed)
