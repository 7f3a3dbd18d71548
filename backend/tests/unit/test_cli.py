from __future__ import annotations

import signal
import socket
import threading

import pytest

from backend.cli import main


@pytest.mark.parametrize("arguments", [["--port", "-1"], ["--port", "65536"], ["--port", "x"], ["--providers", "none"]])
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_down_needs_a_revision(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["migrate", "--down"])
    assert caught.value.code == 2
    assert "--down needs a REVISION" in capsys.readouterr().err


def test_ctrl_c_leaves_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It comes while a database that took the connection says nothing; SIGALRM, as some shells have SIGINT ignored."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    main_thread = threading.get_ident()

    def interrupt() -> None:
        with listener.accept()[0]:
            signal.pthread_kill(main_thread, signal.SIGALRM)
            ended.wait(30)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("DATABASE_URL", f"postgresql://u:p@127.0.0.1:{listener.getsockname()[1]}/d")
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9")
        ended = threading.Event()
        thread = threading.Thread(target=interrupt)
        thread.start()
        try:
            assert main(["migrate"]) == 130
        finally:
            ended.set()
            thread.join()
            signal.signal(signal.SIGALRM, before)
    assert capsys.readouterr().err == "backend: interrupted\n"


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
