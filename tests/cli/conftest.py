"""A project of one provider, and the command run in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tapecheck.cli import main

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONTRACT = """\
title = "Weather"
version = "2"
documentation = "https://weather.example/docs"
hosts = ["api.weather.example"]

[operations.forecast]
summary = "The weather of the next days at a place."
method = "GET"
path = "/v2/forecast/{place}"
response = "forecast/response.schema.json"
"""
SCHEMA = {
    "$schema": DIALECT,
    "type": "object",
    "required": ["days"],
    "properties": {"days": {"type": "integer"}, "ok": {}},
}
URI = "https://api.weather.example/v2/forecast/here"


@dataclass(frozen=True)
class Result:
    """What a command printed, and its status."""

    status: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, object]]:
        """The findings of the report in JSON."""
        found: list[dict[str, object]] = json.loads(self.out)["findings"]
        return found

    @property
    def summary(self) -> dict[str, int]:
        """The counts of the report in JSON."""
        counts: dict[str, int] = json.loads(self.out)["summary"]
        return counts

    @property
    def codes(self) -> list[object]:
        """The codes of all findings in the report in JSON."""
        return [finding["code"] for finding in self.findings]


def tape(body: str, uri: str = URI) -> str:
    """A cassette of one interaction."""
    message = {"headers": {"content-type": ["application/json"]}}
    request = {"method": "GET", "uri": uri, "body": None, **message}
    response = {"status": {"code": 200, "message": "OK"}, "body": {"string": body}, **message}
    return json.dumps({"version": 1, "interactions": [{"request": request, "response": response}]}, indent=1)


@pytest.fixture(name="tape", scope="session")
def tape_fixture() -> Callable[..., str]:
    return tape


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: contracts, and cassettes that are good, broken (TC101) and drifted (TC201)."""
    files = {
        "contracts/weather/contract.toml": CONTRACT,
        "contracts/weather/forecast/response.schema.json": json.dumps(SCHEMA, indent=2),
        "tapes/broken.yaml": tape('{"days": "three"}'),
        "tapes/drifted.yaml": tape('{"days": 3, "new": 1}'),
        "tapes/good.yaml": tape('{"days": 3}'),
        "tapes/strange.yaml": tape("{}", uri="https://elsewhere.example/"),
        "pyproject.toml": '[tool.tapecheck]\ncontracts = "contracts"\n',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def tapecheck(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run the command in this process."""

    def run(*arguments: object) -> Result:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as error:
            status = int(error.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Result(status, captured.out, captured.err)

    return run


@pytest.fixture
def command(project: Path) -> Callable[..., list[str]]:
    """The command line that runs tapecheck in a process of its own."""
    return lambda *arguments: [sys.executable, "-m", "tapecheck", *map(str, arguments)]


@pytest.fixture
def spawn(command: Callable[..., list[str]]) -> Callable[..., Result]:
    """Run the command in a process of its own."""

    def run(*arguments: object, **environment: str) -> Result:
        variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
        done = subprocess.run(command(*arguments), env=variables, capture_output=True, check=False)
        out, err = (stream.decode(errors="surrogateescape") for stream in (done.stdout, done.stderr))
        assert "Traceback" not in err
        return Result(done.returncode, out, err)

    return run
