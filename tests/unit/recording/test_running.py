"""The tests that record are run in a process of their own."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tapecheck.errors import UsageError
from tapecheck.recording import running
from tapecheck.recording.job import Job
from tapecheck.recording.running import check_tests, run_tests
from tests.unit.recording.conftest import NAME, Tests, answered


def test_they_write_into_the_folder(job: Job, tests: Tests, tmp_path: Path) -> None:
    tests({NAME: answered("{}")})
    run = run_tests(job, tmp_path / "new", job.environment)
    assert run.passed, run.output
    assert (tmp_path / "new" / NAME).exists()
    assert "1 passed" in run.output


@pytest.mark.parametrize(
    ("last", "told"), [("assert False, 'é'", "é"), ("raise SystemExit", "SystemExit"), ("import os; os.abort()", "")]
)
def test_any_failure_is_one(job: Job, tests: Tests, tmp_path: Path, last: str, told: str) -> None:
    tests({}, last)
    run = run_tests(job, tmp_path / "new", job.environment)
    assert not run.passed
    assert told in run.output


def test_no_tests_are_a_failure(job: Job, tmp_path: Path) -> None:
    job.tests.write_text("", encoding="utf-8")
    assert not run_tests(job, tmp_path / "new", job.environment).passed


def test_the_record_mode_is_that_of_the_recorder(job: Job, tmp_path: Path) -> None:
    job.tests.write_text("def test_mode(record_mode):\n    assert record_mode == 'rewrite'", encoding="utf-8")
    assert run_tests(job, tmp_path / "new", {**job.environment, "PYTEST_ADDOPTS": "--record-mode=none"}).passed
    assert run_tests(job, tmp_path / "new", {**job.environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}).passed


def test_tests_that_are_not_there(job: Job) -> None:
    with pytest.raises(UsageError, match=r"test_weather\.py: there are no tests of weather"):
        check_tests(job)
    check_tests(replace(job, tests=job.root))


def test_the_plugin_has_to_be_there(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pytest-recording is not installed"):
        check_tests(job)


def test_the_key_is_not_told(job: Job, tests: Tests, tmp_path: Path) -> None:
    tests({}, "assert os.environ['WEATHER_API_KEY'] == 'other'")
    run = run_tests(job, tmp_path / "new", {**job.environment, "WEATHER_API_KEY": "no-look-of-a-key"})
    assert "REDACTED" in run.output
    assert "no-look-of-a-key" not in run.output


INTERRUPTS = """\
import os, signal, sys, time
os.kill({recorder}, signal.SIGINT)
time.sleep(20)
sys.stdout.write("survived")
"""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_an_interruption_ends_what_the_tests_started(job: Job, tests: Tests, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    program = INTERRUPTS.format(recorder=os.getpid())
    command = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}], stdout=open({str(pipe)!r}, 'w'))"
    )
    tests({}, command)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what runs behind it ignore this
    try:
        with pytest.raises(KeyboardInterrupt):
            run_tests(job, tmp_path / "new", job.environment)
    finally:
        signal.signal(signal.SIGINT, before)
    os.set_blocking(reader, True)
    with os.fdopen(reader) as told:
        assert told.read() == "", "it ends when nobody has the pipe open any more"
