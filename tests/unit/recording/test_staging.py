"""The staging folder: beside the cassettes, for the user alone, and gone in the end."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tapecheck.errors import CassetteError, UsageError
from tapecheck.recording.staging import staging


@pytest.fixture
def cassettes(tmp_path: Path) -> Path:
    folder = tmp_path / "cassettes"
    folder.mkdir()
    return folder


@pytest.fixture
def dead() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_it_is_beside_the_cassettes(cassettes: Path) -> None:
    with staging(cassettes) as folder:
        assert folder.parent == cassettes.parent
        assert folder.name.startswith(".")
        assert folder.stat().st_mode & 0o077 == 0
        assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert list(cassettes.parent.iterdir()) == [cassettes]


def test_it_goes_whatever_happens(cassettes: Path) -> None:
    with contextlib.suppress(KeyboardInterrupt), staging(cassettes) as folder:
        (folder / "a.yaml").touch()
        raise KeyboardInterrupt
    assert list(cassettes.parent.iterdir()) == [cassettes]


def test_what_a_dead_recorder_left_is_removed(cassettes: Path, dead: int) -> None:
    left = [cassettes.with_name(f".cassettes-recording-{process}") for process in (dead, os.getpid(), 10**30)]
    for folder in left:
        folder.mkdir()
        (folder / "a.yaml").touch()
    with staging(cassettes):
        assert not left[0].exists()
        assert not (left[1] / "a.yaml").exists()
        assert not left[2].exists()


def test_what_others_have_is_left_alone(cassettes: Path) -> None:
    others = [".cassettes-recording-x", ".cassettes-recording-", ".other-1"]
    for name in others:
        cassettes.with_name(name).mkdir()
    with staging(cassettes):
        pass
    assert {path.name for path in cassettes.parent.iterdir()} == {"cassettes", *others}


def test_another_recorder_is_at_work(cassettes: Path) -> None:
    other = cassettes.with_name(f".cassettes-recording-{os.getppid()}")
    other.mkdir()
    with pytest.raises(UsageError, match=rf"another recorder is at work \(pid {os.getppid()}\)"), staging(cassettes):
        pass
    assert sorted(cassettes.parent.iterdir()) == [other, cassettes]


def test_a_process_of_somebody_else_is_running(cassettes: Path, dead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(process: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", kill)
    left = cassettes.with_name(f".cassettes-recording-{dead}")
    left.mkdir()
    with pytest.raises(UsageError, match="another recorder is at work"), staging(cassettes):
        pass
    assert left.exists()


def test_a_folder_that_cannot_be_made(cassettes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdir(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(CassetteError, match="cannot be written: Permission denied"), staging(cassettes):
        pass
