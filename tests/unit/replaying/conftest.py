"""A made-up provider, cassettes written on the spot, and a guard that watches vcrpy play them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest
import vcr

from tapecheck.checking import sound
from tapecheck.contracts import Contracts
from tapecheck.model import Finding, RunningTest
from tapecheck.replaying import ReplayGuard

HOST = "https://api.talk.example"
SAY = f"{HOST}/v1/say"
CONTRACT = """\
title = "Talk"
version = "1"
documentation = "https://talk.example/docs"
hosts = ["api.talk.example"]

[secrets]
headers = ["x-key"]
query = ["key"]
fields = ["/token"]

[operations.say]
summary = "Says something back"
method = "POST"
path = "/v1/say"
request = "request.schema.json"
response = "response.schema.json"
error = "response.schema.json"
errors = [400]
"""
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "request": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
    "response": {"type": "object"},
}

Recorded: TypeAlias = dict[str, object]


def recorded(
    body: object = None,
    *,
    method: str = "POST",
    uri: str = SAY,
    status: int = 200,
    media: str = "application/json",
    answer: object = None,
) -> Recorded:
    """An interaction as vcrpy writes it; text stays as it is, and anything else becomes JSON."""
    content = body if body is None or isinstance(body, str) else json.dumps(body)
    headers = {"content-type": [media]} if content else {}
    return {
        "request": {"method": method, "uri": uri, "body": content, "headers": headers},
        "response": {
            "status": {"code": status, "message": "OK"},
            "headers": {"content-type": ["application/json"]},
            "body": {"string": json.dumps({"answer": answer})},
        },
    }


@dataclass(slots=True)
class Studio:
    """A folder of cassettes, and what vcrpy shall play them with."""

    folder: Path
    guard: ReplayGuard
    test: RunningTest
    settings: dict[str, object] = field(default_factory=dict)

    def tape(self, *interactions: Recorded, name: str = "tape.json") -> Path:
        """Write a cassette."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"version": 1, "interactions": interactions}, indent=1), encoding="utf-8")
        return path

    @contextmanager
    def playing(self, *interactions: Recorded, ignored: tuple[str, ...] = ()) -> Iterator[None]:
        """Run a test in which a cassette of these interactions is played."""
        path = self.tape(*interactions)
        self.guard.begin(self.test, ignored)
        with self.cassette(path):
            self.guard.calling()
            yield

    def cassette(self, path: Path) -> vcr.cassette.CassetteContextDecorator:
        """Return what opens a cassette."""
        settings = {"record_mode": "none", "serializer": "json", **self.settings}
        return vcr.VCR(**settings).use_cassette(str(path))

    def findings(self) -> list[Finding]:
        """End the test."""
        return [*self.guard.called(), *self.guard.ended()]


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    """The contract of the provider."""
    folder = tmp_path / "contracts/talk"
    folder.mkdir(parents=True)
    (folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    for name, schema in SCHEMAS.items():
        document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **schema}
        (folder / f"{name}.schema.json").write_text(json.dumps(document), encoding="utf-8")
    return sound(folder.parent)


@pytest.fixture
def test() -> RunningTest:
    """The test that runs."""
    return RunningTest(name="test_a.py::test_b", path=Path("test_a.py"), line=7)


@pytest.fixture
def guarding(contracts: Contracts) -> Callable[..., ReplayGuard]:
    """Make a guard that does not watch yet."""

    def made(record_mode: str | None = None, ignored: tuple[str, ...] = ()) -> ReplayGuard:
        return ReplayGuard(lambda: contracts, root=Path.cwd(), record_mode=record_mode, ignored=ignored)

    return made


@pytest.fixture
def studio(
    tmp_path: Path, guarding: Callable[..., ReplayGuard], test: RunningTest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    """A folder in which cassettes are written and played, under guard."""
    monkeypatch.chdir(tmp_path)
    with guarding() as guard:
        yield Studio(folder=tmp_path / "cassettes", guard=guard, test=test)
