from __future__ import annotations

import runpy
import sys

import pytest

from tapecheck import __version__


@pytest.mark.parametrize(
    ("arguments", "status", "printed"),
    [(["--version"], 0, f"tapecheck {__version__}"), (["rules", "TC101"], 0, "TC101"), (["rules", "TC999"], 2, "")],
)
def test_python_m_tapecheck_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, printed: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["tapecheck", *arguments])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("tapecheck", run_name="__main__", alter_sys=False)
    assert caught.value.code == status
    assert capsys.readouterr().out.startswith(printed)
