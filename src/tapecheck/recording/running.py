"""Running the tests that record."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tapecheck.checking.secrets import secrets_for
from tapecheck.errors import UsageError
from tapecheck.recording.asking import CASSETTES
from tapecheck.recording.job import Job
from tapecheck.recording.scrubbing import scrub_text


@dataclass(frozen=True, slots=True)
class Run:
    """What pytest printed, without secrets, and whether every test passed."""

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
    """Run the provider's tests, which write their cassettes into a folder.

    They have a session of their own; whatever interrupts this function ends them, and all that they have started.
    """
    command = [sys.executable, "-m", "pytest", str(job.tests), "-p", "recording", "--record-mode=rewrite"]
    quiet = ["-p", "no:cacheprovider", "-q", "--no-header", "--color=no"]
    with subprocess.Popen(  # noqa: S603 - the tests are the project's own
        [*command, *quiet],
        cwd=job.root,
        env={**variables, CASSETTES: str(folder), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate()
        finally:
            _end(process)
    known = (variables.get(contract.environment or "", "") for contract in job.contracts)
    return Run(scrub_text(output, secrets_for(job.contracts, job.contract), known), process.returncode == 0)


def _end(process: subprocess.Popen[str]) -> None:
    """End the group of a process; one that has been waited for has ended, and its id may be another's by now."""
    if process.returncode is not None:
        return
    if os.name == "nt":
        process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):  # macOS refuses where nobody of the group is left
        os.killpg(process.pid, signal.SIGKILL)
