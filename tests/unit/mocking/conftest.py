"""A provider that says what it answers with, and a runner that puts a guard around functions as a plugin does."""

from __future__ import annotations

import importlib.util
import inspect
import json
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from tapecheck.contracts import Contracts, load
from tapecheck.mocking import MockGuard
from tapecheck.model import Code, Finding, JSONValue, RunningTest

URL = "https://api.talk.example/v1/say"
GOOD: JSONValue = {"id": "a", "text": "hello"}
BAD: JSONValue = {"id": 1, "text": "hello"}
STREAM = b'data: {"type":"word","text":"hello"}\n\ndata: {"type":"end"}\n\n'
CUT = b'data: {"type":"word","text":"hello"}\n\n'

_CONTRACT = """\
title = "Talk"
version = "1"
documentation = "https://talk.example/docs"
hosts = ["api.talk.example"]

[operations.say]
summary = "Says something back"
method = "POST"
path = "/v1/say"
request = "request.schema.json"
response = "response.schema.json"
error = "error.schema.json"
errors = [429]

[operations.say.stream]
asked-by = "/stream"
events = "events"
name = "/type"
order = "word* end"
"""
_STRING: JSONValue = {"type": "string"}


def _object(*required: str, **properties: JSONValue) -> dict[str, JSONValue]:
    return {"type": "object", "properties": properties, "required": list(required)}


_SCHEMAS: dict[str, dict[str, JSONValue]] = {
    "request": _object(stream={"type": "boolean"}),
    "response": _object("id", id=_STRING, text=_STRING),
    "error": _object("error", error=_STRING),
    "events/word": _object("text", type=_STRING, text=_STRING),
    "events/end": _object(type=_STRING),
}


@pytest.fixture(scope="session")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Contracts:
    """The contract of the provider."""
    folder = tmp_path_factory.mktemp("contracts")
    (folder / "talk/events").mkdir(parents=True)
    (folder / "talk/contract.toml").write_text(_CONTRACT, encoding="utf-8")
    for name, schema in _SCHEMAS.items():
        dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        (folder / f"talk/{name}.schema.json").write_text(json.dumps({**dialect, **schema}), encoding="utf-8")
    loaded = load(folder)
    assert not loaded.problems
    return loaded.contracts


Fixture = Callable[[], Generator[None]]


def running(function: Callable[[], object], name: str | None = None) -> RunningTest:
    """Describe a function as the test that is running."""
    written = inspect.unwrap(function)
    if isinstance(written, partial):  # respx hands in its router so
        written = written.func
    return RunningTest(
        name=name or function.__name__,
        path=Path(inspect.getfile(written)),
        line=written.__code__.co_firstlineno,
        read_source=partial(inspect.getsource, written),
    )


@dataclass
class Session:
    """A session with a guard; `findings` are those of all tests so far."""

    guard: MockGuard
    findings: list[Finding] = field(default_factory=list)

    def run(self, test: Callable[[], object], *fixtures: Fixture, name: str | None = None) -> list[Finding]:
        """Run a test with fixtures of its own, and return what is said of it."""
        self.guard.begin(running(test, name))
        found: list[Finding] = []
        with ExitStack() as stack:
            for fixture in fixtures:
                stack.enter_context(contextmanager(fixture)())
            self.guard.calling()
            test()
            found += self.guard.called()
        found += self.guard.ended()
        self.findings += found
        return found

    def codes(self, test: Callable[[], object], *fixtures: Fixture, name: str | None = None) -> list[Code]:
        """Run a test, and return the codes of what is said of it."""
        return [finding.code for finding in self.run(test, *fixtures, name=name)]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A small application, as the module `shop`: by its own name it would be a test."""
    spec = importlib.util.spec_from_file_location("shop", Path(__file__).with_name("shop.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "shop", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def session(contracts: Contracts) -> Iterator[Session]:
    """A session whose first-party package is the application."""
    with MockGuard(lambda: contracts, first_party=["shop"]) as guard:
        yield Session(guard)
