"""A recorder that is killed, wherever it is, leaves every cassette whole: the old one or the new one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Limits, read, read_lock

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")

CONTRACT = """\
title = "Weather"
version = "2"
documentation = "https://weather.example/docs"
hosts = ["api.weather.example"]

[operations.forecast]
summary = "Ask what comes."
method = "GET"
path = "/forecast"
response = "response.schema.json"
"""
SCHEMA = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"sky": {}}}'
SETTINGS = """\
[tool.tapecheck]
contracts = "contracts"
cassettes = ["cassettes"]
record = "test_{provider}.py"
"""
TAPE = """\
version: 1
interactions:
- request:
    method: GET
    uri: https://api.weather.example/forecast
    headers: {}
    body: null
  response:
    status:
      code: 200
      message: OK
    headers:
      content-type:
      - application/json
    body:
      string: |-
        {
          "sky": "%s"
        }
"""
NAMES = tuple(f"weather/forecast/{name}.yaml" for name in ("one", "three", "two"))

TESTS = """\
import os
import signal
from pathlib import Path


def test_recording():
    for name in {names!r}:
        path = Path(os.environ["TAPECHECK_CASSETTES"], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text({tape!r}, encoding="utf-8")
        if os.environ.get("KILL") == "tests" and name == {names!r}[0]:
            os.kill(os.getppid(), signal.SIGKILL)  # once: whoever is the parent from then on is no recorder
"""

KILLED = """\
import os
import signal
import sys

from tapecheck.cli import main, record


def announce(step):
    print(step, flush=True)
    if os.environ.get("KILL") == step:
        os.kill(os.getpid(), signal.SIGKILL)


record._announce = announce
sys.exit(main(["record", "weather", "--source", "sandbox"]))
"""
STEPS = ("running test_weather.py", "scrubbing", "checking", *(f"replacing {name}" for name in (*NAMES, LOCK)))


def run(project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TAPECHECK"))}
    return subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=project,
        env={
            **environment,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            **variables,
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose cassettes say that the sky is clear; its tests will find that it is grey."""
    project = tmp_path_factory.mktemp("recorded")
    (project / "contracts/weather").mkdir(parents=True)
    (project / "contracts/weather/contract.toml").write_text(CONTRACT, encoding="utf-8")
    (project / "contracts/weather/response.schema.json").write_text(SCHEMA, encoding="utf-8")
    (project / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    let_the_sky_be("clear", project)
    first = run(project)
    assert first.returncode == 0, first.stdout + first.stderr
    let_the_sky_be("grey", project)
    return project


def let_the_sky_be(sky: str, project: Path) -> None:
    (project / "test_weather.py").write_text(TESTS.format(names=NAMES, tape=TAPE % sky), encoding="utf-8")


@pytest.fixture
def project(recorded: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(recorded, tmp_path / "project")


@pytest.mark.parametrize("step", ["tests", *STEPS])
def test_no_cassette_is_lost(project: Path, step: str) -> None:
    before = tree(project / "cassettes")
    killed = run(project, KILL=step)
    assert killed.returncode == -signal.SIGKILL
    left = tree(project / "cassettes")
    replaced = STEPS.index(step) - STEPS.index("replacing weather/forecast/one.yaml") if step in STEPS else 0
    for number, name in enumerate(NAMES):
        assert left[name] == TAPE % ("grey" if number < replaced else "clear")
        assert read(project / "cassettes" / name, Limits()).interactions
    assert left[LOCK] == before[LOCK]
    assert sorted(left) == sorted(before)


def test_the_next_recorder_finishes_the_work(project: Path) -> None:
    run(project, KILL="replacing weather/forecast/three.yaml")
    hidden = [path for path in project.iterdir() if path.name.startswith(".cassettes")]
    assert len(hidden) == 1
    assert run(project).returncode == 0
    assert [path for path in project.iterdir() if path.name.startswith(".cassettes")] == []
    assert {tree(project / "cassettes")[name] for name in NAMES} == {TAPE % "grey"}
    assert sorted(read_lock(project / "cassettes" / LOCK)) == list(NAMES)


def test_the_check_tells_of_what_is_half_recorded(project: Path) -> None:
    run(project, KILL="replacing weather/forecast/three.yaml")
    command = [sys.executable, "-m", "tapecheck", "check"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(command, cwd=project, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert told.returncode == 1
    assert "one.yaml:1: TC305 error" in told.stdout
    assert "1 error, 0 warnings" in told.stdout
