"""The terminal in which the commands of a page are run, and the service that one of them may start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from backend.tests.service_process import environment, service
from tests.documentation import curl

SHOWN: Final = "http://127.0.0.1:8000"
"""Where a page says that the service is; it takes any free port."""

STARTS: Final = re.compile(r"(?:python -m backend|nox -s backend --)(?P<options>(?: --\S+ \S+)*)")
"""A command that starts the service."""

FUNCTIONS: Final = """
tapecheck() { "$PYTHON" -m tapecheck "$@"; }
python() { "$PYTHON" "$@"; }
curl() { "$PYTHON" -I -S -X utf8 "$CURL" "$@"; }
"""
"""What is at hand in the shell, whatever is installed."""


class Terminal:
    """Runs commands in the working directory; exported variables and the last status stay, as does the service.

    Args:
        folder: for the terminal's own use.
    """

    def __init__(self, folder: Path) -> None:
        self._variables = folder / "variables"
        self._variables.touch()
        self._status = 0
        self._url = SHOWN
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the service."""
        self._resources.close()

    def run(self, line: str) -> str:
        """Run a line, and return what it prints; a service is left running when it has said where it is."""
        starting = STARTS.fullmatch(line)
        return self._start(line, starting["options"]) if starting else self._run(line)

    @cached_property
    def _data(self) -> Path:
        """A data directory for the services of the page."""
        from backend.tests.services import temporary_directory

        return self._resources.enter_context(temporary_directory())

    def _start(self, line: str, options: str) -> str:
        """Start the service; nox, which needs a network to install it, is left out but for its last word."""
        running = self._resources.enter_context(service(*options.split(), BACKEND_DATA_DIR=str(self._data)))
        self._url, self._status = running.url, 0
        own = [f"nox > python -m backend{options}"] if line.startswith("nox") else []
        return self._as_shown("\n".join([*own, *running.announced]))

    def _run(self, line: str) -> str:
        """Run a line with sh."""
        if SHOWN in line and self._url == SHOWN:
            raise ValueError(f"{line!r} asks a service that the page has not started: begin with 'python -m backend'")
        really = line.replace(SHOWN, self._url)
        before = f'. "$VARIABLES"\n{FUNCTIONS}\n(exit {self._status})'
        after = 'set -- $?\nexport -p > "$VARIABLES"\nexit $1'
        result = subprocess.run(
            ["sh", "-c", f"{before}\n{really}\n{after}"],
            env=self._environment(line),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self._status = result.returncode
        return self._as_shown(result.stdout.rstrip())

    def _environment(self, line: str) -> dict[str, str]:
        ours = {
            "CURL": curl.__file__,
            "PYTHON": sys.executable,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONUTF8": "1",
            "NO_COLOR": "1",
            "COLUMNS": "100",
            "VARIABLES": str(self._variables),
        }
        data = {"BACKEND_DATA_DIR": str(self._data)} if line.startswith("python -m backend") else {}
        return environment(ours | data)

    def _as_shown(self, text: str) -> str:
        return text.replace(self._url, SHOWN)
