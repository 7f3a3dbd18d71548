"""Command lines, read but not yet run."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.cli.parser import parse

SCHEMA = '{"$schema": "https://json-schema.org/draft/2020-12/schema"}'
CONTRACT = """\
title = "Weather"
version = "2"
documentation = "https://weather.example/docs"
hosts = ["api.weather.example"]

[operations.forecast]
summary = "The weather of the next days."
method = "GET"
path = "/forecast"
response = "response.schema.json"
"""


@pytest.fixture
def options() -> Callable[..., Namespace]:
    """Read a command line."""
    return lambda *arguments: parse([str(argument) for argument in arguments])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a folder of contracts and an empty cassette."""
    monkeypatch.chdir(tmp_path)
    provider = tmp_path / "contracts/weather"
    provider.mkdir(parents=True)
    (provider / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    (provider / "response.schema.json").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "tape.yaml").write_text("interactions: []\nversion: 1\n", encoding="utf-8")
    return tmp_path
