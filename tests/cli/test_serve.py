"""`tapecheck serve`"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Result

    Command = Callable[..., list[str]]


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Run the command; give the process and what it prints."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the status of a process and what it said on stderr."""
    assert process.stderr is not None
    return process.wait(30), process.stderr.read()


def status(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_asked_to_end(command: Command, number: signal.Signals) -> None:
    with serving(command("serve", "weather", "--port", "0", "--log")) as (process, out):
        url = out.readline().strip()
        assert out.readline() == f"weather {url}/weather\n"
        assert status(f"{url}/weather/v2/forecast/here") == 200
        assert out.readline() == "GET /weather/v2/forecast/here 200 weather forecast generated\n"
        process.send_signal(number)
        assert ended(process) == (0, "")


def test_without_log_it_says_no_more(command: Command) -> None:
    with serving(command("serve", "--port", "0")) as (process, out):
        url = out.readline().strip()
        out.readline()
        assert status(f"{url}/weather/v2/forecast/here") == 200
        process.terminate()
        assert out.read() == ""
        assert process.wait(30) == 0


def test_it_answers_from_cassettes(command: Command, project: Path) -> None:
    with serving(command("serve", "--port", "0", "--log", "--cassettes", "tapes")) as (process, out):
        url = out.readline().strip()
        out.readline()
        assert status(f"{url}/weather/v2/forecast/here") == 200
        assert out.readline() == "GET /weather/v2/forecast/here 200 weather forecast cassette broken\n"
        process.terminate()
        process.wait(30)


def test_it_misbehaves_on_demand(command: Command) -> None:
    with serving(command("serve", "--port", "0", "--fault", "status-503")) as (process, out):
        url = out.readline().strip()
        assert status(f"{url}/weather/v2/forecast/here") == 503
        assert status(f"{url}/weather/v2/forecast/here", **{"x-tapecheck-fault": "status-429"}) == 429
        process.terminate()
        assert ended(process) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["stripes"], "no contract of 'stripes' is there"),
        (["--fault", "status-42"], "there is no fault 'status-42'"),
        (["--port", "many"], "a port is a number from 0 to 65535, got 'many'"),
        (["--port", "65536"], "a port is a number from 0 to 65535, got '65536'"),
    ],
)
def test_mistakes_in_the_command(tapecheck: Callable[..., Result], arguments: list[str], message: str) -> None:
    result = tapecheck("serve", *arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_the_faults_are_listed(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("serve", "--list-faults")
    assert result.status == 0
    assert "stream-cut-in-character" in result.out
