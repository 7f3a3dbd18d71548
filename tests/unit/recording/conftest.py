"""A made-up provider, a project with a cassette of it, and the job of recording it anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Provenance, Source, digest, render, write, write_lock
from tapecheck.checking import sound
from tapecheck.model import Body, Headers, Interaction, Request, Response, Selection
from tapecheck.recording.job import Job

CONTRACT = """\
title = "Weather"
version = "2"
documentation = "https://weather.example/docs"
hosts = ["api.weather.example", "*.api.weather.example"]
max-age-days = 30

[credentials]
environment = "WEATHER_API_KEY"

[secrets]
headers = ["authorization"]

[operations.forecast]
summary = "Ask what comes."
method = "GET"
path = "/forecast"
response = "forecast/response.schema.json"
"""
SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": { "sky": { "type": "string" } },
  "required": ["sky"]
}
"""
NAME = "weather/forecast/plain.yaml"
OTHER = "weather/forecast/storm.yaml"
TODAY = date(2026, 1, 5)
KEY = "xK9vQ2mW8rT4yU6iO1pA3sD5"

TESTS = """\
import os
from pathlib import Path

TAPES = {tapes!r}


def test_recording():
    for name, text in TAPES.items():
        path = Path(os.environ["TAPECHECK_CASSETTES"]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    {last}
"""
"""Stands for tests that record: what they would write is written."""


def answered(body: str, *, uri: str = "https://api.weather.example/forecast", status: int = 200) -> Interaction:
    """An interaction whose answer is JSON."""
    return Interaction(
        index=0,
        line=1,
        request=Request(method="GET", uri=uri),
        response=Response(
            status=status,
            reason="OK",
            headers=Headers((("content-type", "application/json"),)),
            body=Body(content=body.encode()),
        ),
    )


def variables() -> dict[str, str]:
    """Those with which a Python of ours starts; none of them steers pytest."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TAPECHECK", "COV_"))}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job in a project with one cassette, recorded from a stand-in."""
    (tmp_path / "contracts/weather/forecast").mkdir(parents=True)
    (tmp_path / "contracts/weather/contract.toml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "contracts/weather/forecast/response.schema.json").write_text(SCHEMA, encoding="utf-8")
    contracts = sound(tmp_path / "contracts")
    write(tmp_path / "cassettes" / NAME, [answered('{"sky": "clear"}')])
    write_lock(tmp_path / "cassettes" / LOCK, {NAME: entry(digest(tmp_path / "cassettes" / NAME))})
    return Job(
        contract=contracts.by_provider["weather"],
        contracts=contracts,
        contracts_folder=tmp_path / "contracts",
        root=tmp_path,
        tests=tmp_path / "test_weather.py",
        cassettes=tmp_path / "cassettes",
        source=Source.SANDBOX,
        base_url="http://127.0.0.1:9",
        today=TODAY,
        environment=variables(),
        dry_run=False,
        selection=Selection(),
    )


def entry(recorded: str, source: Source = Source.SANDBOX) -> Provenance:
    """An entry of the lock, a year old."""
    return Provenance(digest=recorded, source=source, date=date(2025, 1, 1), contract="2", tools={})


Tests = Callable[..., None]


@pytest.fixture
def tests(job: Job) -> Tests:
    """Write tests that record these cassettes, and end so."""

    def written(tapes: Mapping[str, Interaction | str], last: str = "pass") -> None:
        texts = {name: tape if isinstance(tape, str) else render([tape]) for name, tape in tapes.items()}
        job.tests.write_text(TESTS.format(tapes=texts, last=last), encoding="utf-8")

    return written
