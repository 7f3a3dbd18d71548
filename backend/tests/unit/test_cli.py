from __future__ import annotations

import pytest

from backend.cli import main


@pytest.mark.parametrize("arguments", [["--port", "-1"], ["--port", "65536"], ["--port", "x"], ["--providers", "none"]])
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert "migrate" in printed
    assert "--data-dir" in printed


def test_settings_that_are_wrong_are_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BACKEND_ENV", "none")
    assert main([]) == 2
    assert "BACKEND_ENV" in capsys.readouterr().err
