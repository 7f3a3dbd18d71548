"""Running the tests that record."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tapecheck.errors import UsageError
from tapecheck.recording.asking import CASSETTES
from tapecheck.recording.job import Job


@dataclass(frozen=True, slots=True)
class Run:
    """What pytest printed, and whether every test passed."""

    output: str
    passed: bool


def check_tests(job: Job) -> None:
    """See that there are tests, and the plugin with which they record.

    Raises:
        UsageError: one of them is missing.
    """
    if find_spec("pytest_recording") is None:
        raise UsageError("pytest-recording is not installed", hint='Install it: pip install "tapecheck[pytest]".')
    if not job.tests.exists():
        raise UsageError(
            f"there are no tests of {job.contract.provider}",
            path=job.tests,
            hint="Write them, or say with `record` under [tool.tapecheck] in pyproject.toml where they are.",
        )


def run_tests(job: Job, folder: Path, variables: Mapping[str, str]) -> Run:
    """Run the provider's tests, which write their cassettes into a folder."""
    command = [sys.executable, "-m", "pytest", str(job.tests), "-p", "recording", "--record-mode=rewrite"]
    quiet = ["-p", "no:cacheprovider", "-q", "--no-header", "--color=no"]
    done = subprocess.run(  # noqa: S603 - the tests are the project's own
        [*command, *quiet],
        cwd=job.root,
        env={**variables, CASSETTES: str(folder), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Run(done.stdout, done.returncode == 0)
