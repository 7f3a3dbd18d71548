"""Starting and stopping programs that must not outlive the service."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import Final

from backend.embedded import child
from backend.embedded.account import Account

_POLL: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, and how.

    Attributes:
        command: the program's path, then its arguments.
        account: who to run it as; None for ourselves.
        log: takes what it prints, after what stands there.
        end_signal: asks it to end, also when we end without asking.
        stdin: what it reads; less than 4 KiB, which any pipe holds.
        keep: file descriptors that it and its children keep open.
    """

    command: Sequence[str]
    account: Account | None
    log: Path
    end_signal: Signals
    stdin: bytes = b""
    keep: tuple[int, ...] = ()


class Process:
    """A running program. It gets `end_signal` when the thread that started it ends, on Linux.

    Args:
        program: to be run.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        with program.log.open("ab") as log, _readable(program.stdin) as stdin:
            self._popen = subprocess.Popen(  # noqa: S603 - the caller says what to run
                _command(program),
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=program.keep,
                cwd="/",
                umask=0o077,
                env=_environment(),
                start_new_session=True,  # else Ctrl-C would stop it while the service still answers
            )

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._popen.pid

    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        return self._popen.poll() is not None

    def wait(self) -> int:
        """Return its exit status when it has ended."""
        return self._popen.wait()

    def stop(self, patience: float = 30) -> None:
        """Ask it to end, and kill it when it has not ended after `patience` seconds."""
        self._popen.send_signal(self._program.end_signal)
        try:
            self._popen.wait(patience)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()


def run(program: Program) -> int:
    """Run a program to its end and return its exit status."""
    process = Process(program)
    try:
        return process.wait()
    finally:
        process.stop()


def _command(program: Program) -> list[str]:
    account = program.account or Account(uid=-1, gid=-1)
    numbers = (os.getpid(), int(program.end_signal), account.uid, account.gid)
    return [sys.executable, "-I", "-S", child.__file__, *map(str, numbers), *program.command]


@contextlib.contextmanager
def _readable(data: bytes) -> Iterator[int]:
    """Yield a file descriptor that the data, less than a pipe holds, are read from; they never reach a disk."""
    end, beginning = os.pipe()
    try:
        os.write(beginning, data)
        os.close(beginning)
        yield end
    finally:
        os.close(end)


def _environment() -> dict[str, str]:
    """Return what servers need: ours holds keys, and variables such as PGDATA that would change what they do."""
    inherited = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
    return {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath, **inherited}


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Return True as soon as the condition holds, False when it does not within these seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL)
    return True


def read_log(log: Path) -> str:
    """Return what a log holds; nothing where there is none."""
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def log_tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, indented; a line that says so where there are none."""
    return "\n".join(f"  {line}" for line in read_log(log).splitlines()[-lines:]) or "  (nothing was logged)"
