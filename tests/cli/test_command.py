"""`tapecheck` as a process: its streams, its status, its start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tapecheck import __version__
from tapecheck.cli import main

if TYPE_CHECKING:
    from tests.cli.conftest import Result

Spawn = Callable[..., "Result"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

unix = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
has_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


def shell(line: str, command: list[str]) -> subprocess.CompletedProcess[bytes]:
    """Run a line of sh in which `"$@"` is the command."""
    return subprocess.run(["sh", "-c", line, "sh", *command], env=ENVIRONMENT, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("check", "tapes/good.yaml"), 0), (("check", "tapes"), 1), (("check",), 2), (("--help",), 0), ((), 2)],
)
def test_the_status_says_how_it_went(spawn: Spawn, arguments: tuple[str, ...], status: int) -> None:
    result = spawn(*arguments)
    assert result.status == status
    assert bool(result.err) == (status == 2)


def test_the_arguments_are_those_of_the_process_by_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["tapecheck", "rules", "TC101"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("TC101")


def test_the_version(tapecheck: Callable[..., Result]) -> None:
    assert tapecheck("--version").out == f"tapecheck {__version__}\n"


@unix
@pytest.mark.parametrize("arguments", [("check", "tapes"), ("rules",)])
def test_a_reader_that_has_seen_enough_ends_it(command: Callable[..., list[str]], arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(command(*arguments), env=ENVIRONMENT, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@unix
@pytest.mark.parametrize(("arguments", "status"), [(("check", "tapes"), 1), (("rules",), 0)])
def test_a_closed_stdout_leaves_the_status(
    command: Callable[..., list[str]], arguments: tuple[str, ...], status: int
) -> None:
    done = shell('"$@" >&-', command(*arguments))
    assert (done.returncode, done.stderr) == (status, b"")


@unix
@pytest.mark.parametrize(("arguments", "status"), [(("check", "tapes"), 1), (("check",), 2)])
def test_a_closed_stderr_leaves_the_status(
    command: Callable[..., list[str]], arguments: tuple[str, ...], status: int
) -> None:
    done = shell('"$@" 2>&-', command(*arguments))
    assert done.returncode == status
    assert b"no path is given" not in done.stdout


@unix
@has_full_device
@pytest.mark.parametrize("arguments", [("check", "tapes"), ("rules",)])
def test_a_full_disk_is_told(command: Callable[..., list[str]], arguments: tuple[str, ...]) -> None:
    done = shell('"$@" >/dev/full', command(*arguments))
    assert done.returncode == 2
    assert done.stderr == b"tapecheck: the operating system refuses: [Errno 28] No space left on device\n"


@has_full_device
def test_a_full_disk_under_the_report_is_told(spawn: Spawn) -> None:
    result = spawn("check", "tapes", "--output", "/dev/full")
    assert result.status == 2
    assert result.err == "tapecheck: /dev/full: the report cannot be written: No space left on device\n"


@pytest.mark.parametrize(("encoding", "form"), [("ascii", "text"), ("latin-1", "json")])
def test_any_encoding_takes_any_name(spawn: Spawn, project: Path, encoding: str, form: str) -> None:
    (project / "tapes/broken.yaml").rename(project / "tapes/é→.yaml")
    result = spawn("check", "tapes", "--format", form, PYTHONIOENCODING=encoding)
    assert result.status == 1
    assert "TC101" in result.out


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are text there")
@pytest.mark.parametrize("arguments", [(), ("--format", "json"), ("--output", "report")])
def test_a_name_that_is_no_text_is_written_out(spawn: Spawn, project: Path, arguments: tuple[str, ...]) -> None:
    (project / "tapes/broken.yaml").rename(project / os.fsdecode(b"tapes/b\xff.yaml"))
    result = spawn("check", "tapes", *arguments)
    assert result.status == 1
    written = (project / "report").read_text(encoding="utf-8") if "--output" in arguments else result.out
    assert r"b\udcff.yaml" in written.replace(r"\\", "\\")  # JSON doubles a backslash


def test_no_color_where_there_is_no_terminal(spawn: Spawn) -> None:
    assert "\x1b" not in spawn("check", "tapes", TERM="xterm-256color", FORCE_COLOR="1").out


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyboardInterrupt(), 128 + signal.SIGINT, "tapecheck: interrupted\n"),
        (BrokenPipeError(), 141, ""),
        (
            OSError(5, "Input/output error"),
            2,
            "tapecheck: the operating system refuses: [Errno 5] Input/output error\n",
        ),
    ],
)
def test_an_interruption_is_no_crash(
    monkeypatch: pytest.MonkeyPatch,
    tapecheck: Callable[..., Result],
    error: BaseException,
    status: int,
    message: str,
) -> None:
    def interrupted(request: object, progress: object) -> None:
        raise error

    monkeypatch.setattr("tapecheck.cli.check.run", interrupted)
    result = tapecheck("check", "tapes")
    assert (result.status, result.out, result.err) == (status, "", message)


@unix
def test_a_working_directory_that_is_gone(command: Callable[..., list[str]], project: Path) -> None:
    done = shell('mkdir gone && cd gone && rmdir ../gone && "$@"', command("check", project / "tapes"))
    assert done.returncode == 2
    assert done.stderr.startswith(b"tapecheck: the working directory cannot be found: No such file or directory\n")


def test_a_start_imports_nothing_heavy(command: Callable[..., list[str]]) -> None:
    program = "import sys, tapecheck.cli; print(*{'rich', 'vcr', 'httpx', 'pytest', 'jsonschema'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, check=True)
    assert done.stdout.split() == []
