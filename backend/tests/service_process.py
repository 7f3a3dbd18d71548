"""The service as a process of its own, as users start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SETTINGS: Final = re.compile(r"^BACKEND_|^DATABASE_URL$|^REDIS_URL$|_API_KEY$|_BASE_URL$|^PYTHONDONTWRITEBYTECODE$")
"""Variables that a service would read; without bytecode, each start would take seconds of compiling."""

_PATIENCE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running service.

    Attributes:
        process: to be watched, or ended.
        url: where it listens.
        announced: the lines that it printed when it started.
    """

    process: subprocess.Popen[str]
    url: str
    announced: tuple[str, ...]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(_PATIENCE)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return variables for a process that finds this checkout, and no settings but these."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("BACKEND_", "DATABASE_", "REDIS_"))
    }
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    return {name: value for name, value in ours.items() if not name.endswith("_API_KEY")} | paths | dict(variables)


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "backend", *arguments],
        env=environment(variables),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


@contextmanager
def service(*arguments: str, **variables: str) -> Iterator[Service]:
    """Start the service at any free port, and end it in the end if it still runs."""
    command = [sys.executable, "-m", "backend", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, env=environment(variables), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield _announced(process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=_PATIENCE)


def _announced(process: subprocess.Popen[str]) -> Service:
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(6)]
    assert lines[0].startswith("listening"), f"it did not start: {''.join(lines)}{process.communicate()[1]}"
    return Service(process=process, url=lines[0].split()[1], announced=tuple(line.rstrip() for line in lines))
