from __future__ import annotations

import os
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from backend.embedded.processes import Process, Program, log_tail, run, wait_until


def shell(script: str, log: Path, stdin: bytes = b"", keep: tuple[int, ...] = ()) -> Program:
    return Program(command=["/bin/sh", "-c", script], account=None, log=log, end_signal=SIGTERM, stdin=stdin, keep=keep)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def test_what_it_prints_goes_behind_what_the_log_holds(log: Path) -> None:
    log.write_text("before\n")
    assert run(shell("echo one; echo two >&2; exit 4", log)) == 4
    assert log.read_text() == "before\none\ntwo\n"


def test_it_reads_what_it_is_given(log: Path) -> None:
    assert run(shell("cat; echo .", log, stdin=b"requirepass secret\n")) == 0
    assert log.read_text() == "requirepass secret\n.\n"


def test_it_sees_no_key_of_ours(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("PGDATA", "elsewhere")
    run(shell("env", log))
    assert {line.partition("=")[0] for line in log.read_text().splitlines()} <= {
        "LC_ALL",
        "TZ",
        "PATH",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
        "LD_LIBRARY_PATH",
    }


def test_what_it_writes_is_its_own(log: Path, tmp_path: Path) -> None:
    run(shell(f"echo > {tmp_path}/made; pwd", log))
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0
    assert log.read_text() == "/\n"


def test_it_has_a_session_of_its_own(log: Path) -> None:
    process = Process(shell("cat", log))
    assert process.wait() == 0
    process = Process(shell("sleep 600", log))
    assert os.getsid(process.pid) == process.pid != os.getsid(0)
    process.stop()


def test_it_keeps_what_it_is_told_to_keep(log: Path) -> None:
    reading, writing = os.pipe()
    process = Process(shell("sleep 600", log, keep=(writing,)))
    os.close(writing)
    os.set_blocking(reading, False)
    with pytest.raises(BlockingIOError):
        os.read(reading, 1)
    process.stop()
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_stopping_is_asking_first(log: Path) -> None:
    process = Process(shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done", log))
    assert wait_until(lambda: "up" in log.read_text(), seconds=30)
    assert not process.has_ended()
    process.stop()
    assert process.has_ended()
    assert process.wait() == 0
    assert log.read_text() == "up\nbye\n"


def test_what_does_not_listen_is_killed(log: Path) -> None:
    process = Process(shell("trap '' TERM; echo up; while :; do sleep 0.01; done", log))
    assert wait_until(lambda: "up" in log.read_text(), seconds=30)
    process.stop(patience=0.01)
    assert process.wait() == -SIGKILL


def test_stopping_twice_does_no_harm(log: Path) -> None:
    process = Process(shell("exit 0", log))
    process.wait()
    process.stop()
    process.stop()


def test_waiting_ends_with_the_condition_or_the_time() -> None:
    answers = iter([False, False, True])
    assert wait_until(lambda: next(answers), seconds=600)
    assert not wait_until(lambda: False, seconds=0)


def test_the_tail_of_a_log(log: Path) -> None:
    assert log_tail(log) == "  (nothing was logged)"
    log.write_bytes(b"one\ntwo\xff\nthree\n")
    assert log_tail(log, lines=2) == "  two\N{REPLACEMENT CHARACTER}\n  three"
