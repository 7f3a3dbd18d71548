"""A made-up provider, its contract written on the spot, and what was exchanged with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tapecheck.checking import Checker, sound
from tapecheck.checking.exchange import Exchange, read_exchange
from tapecheck.contracts import Contracts, Match
from tapecheck.model import Body, Cassette, Finding, Headers, Interaction, JSONValue, Request, Response

HOST = "https://api.weather.example"
HEAD = """
title = "Weather"
version = "2"
documentation = "https://weather.example/docs"
hosts = ["api.weather.example"]
"""
DIALECT = "https://json-schema.org/draft/2020-12/schema"

REPORT = """
[operations.report]
summary = "Ask for a report."
method = "POST"
path = "/report"
request = "report/request.schema.json"
response = "report/response.schema.json"
error = "common/error.schema.json"
errors = [400, 503]
error-types = ["text/plain"]
"""

SCHEMAS: Mapping[str, JSONValue] = {
    "report/request.schema.json": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "stream": {"type": "boolean"}},
        "required": ["city"],
    },
    "report/response.schema.json": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "sky": {"x-extensible-enum": ["clear", "cloudy"]},
            "days": {"type": "array", "items": {"$ref": "../common/day.schema.json"}},
        },
        "required": ["id"],
    },
    "common/day.schema.json": {
        "type": "object",
        "properties": {"high": {"type": "integer", "maximum": 60}, "low": {"type": "integer"}},
        "required": ["high"],
    },
    "common/error.schema.json": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]},
}

Content = JSONValue | bytes


def dump(content: Content) -> bytes:
    """Write a body: bytes as they are, None as no body, anything else as JSON."""
    if isinstance(content, bytes):
        return content
    return b"" if content is None else json.dumps(content).encode()


def sse(events: Sequence[Content], names: Sequence[str | None] = ()) -> bytes:
    """Write Server-Sent Events, with a field `event` where there is a name; bytes are data as they are."""
    fields = [f"event: {name}\n".encode() if name else b"" for name in names] + [b""] * (len(events) - len(names))
    return b"".join(field + b"data: " + dump(event) + b"\n\n" for field, event in zip(fields, events, strict=True))


def exchanged(
    response: Content,
    request: Content = b'{"city": "Oslo"}',
    *,
    path: str = "/report",
    method: str = "POST",
    status: int = 200,
    answers: str | None = "application/json",
    asks: str | None = "application/json",
    verbatim: bool = True,
    problem: str | None = None,
) -> Interaction:
    """Make an interaction whose request body begins on line 10 of its file, and its response body on line 30."""
    return Interaction(
        index=0,
        line=5,
        request=Request(
            method=method,
            uri=HOST + path,
            headers=Headers((("Content-Type", asks),) if asks else ()),
            body=Body(content=dump(request), line=10, verbatim=verbatim),
        ),
        response=Response(
            status=status,
            headers=Headers((("Content-Type", answers),) if answers else ()),
            body=Body(content=dump(response), line=30, verbatim=verbatim, problem=problem),
        ),
    )


@dataclass(frozen=True)
class Weather:
    """The provider, its contract in a folder."""

    folder: Path

    @property
    def contracts(self) -> Contracts:
        """Its contract alone."""
        return sound(self.folder)

    def findings(self, *interactions: Interaction, own: bool = False, engine: str = "jsonschema-rs") -> list[Finding]:
        """Check a cassette of these interactions."""
        cassette = Cassette(path=Path("tape.yaml"), format="vcrpy", interactions=interactions)
        return list(Checker(self.contracts, engine).check_cassette(cassette, own=own).findings)

    def exchange(self, interaction: Interaction) -> Exchange:
        """Read an interaction in the light of its operation."""
        match = self.contracts.match(interaction.request.method, interaction.request.uri)
        assert isinstance(match, Match)
        return read_exchange(match, interaction)


Write = Callable[..., Weather]
Told = list[tuple[str, int | None, str]]
"""Code, event and message of each finding."""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a contract, by default one with the operation `report` and, behind it, these operations and schemas."""

    def written(toml: str = "", schemas: Mapping[str, JSONValue] | None = None, *, report: str = REPORT) -> Weather:
        folder = tmp_path / "contracts"
        (folder / "weather").mkdir(parents=True, exist_ok=True)
        (folder / "weather/contract.toml").write_text(HEAD + report + toml, encoding="utf-8")
        for name, content in {**SCHEMAS, **(schemas or {})}.items():
            path = folder / "weather" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            assert isinstance(content, dict)
            path.write_text(json.dumps({"$schema": DIALECT, **content}), encoding="utf-8")
        return Weather(folder)

    return written


@pytest.fixture
def weather(write: Write) -> Weather:
    """The provider with its one operation `report`."""
    return write()


@pytest.fixture
def valued(write: Write) -> Callable[..., list[Finding]]:
    """Check a value as the body of a response whose schema is given."""

    def found(schema: JSONValue, value: Content) -> list[Finding]:
        return write(schemas={"report/response.schema.json": schema}).findings(exchanged(value))

    return found


@pytest.fixture
def watch(write: Write) -> Callable[..., Weather]:
    """Declare the operation `watch`, a stream with these settings and these events, whose schemas allow anything."""

    def declared(
        settings: str = "", events: Sequence[str] = (), schemas: Mapping[str, JSONValue] | None = None
    ) -> Weather:
        order = "" if "order =" in settings else f'order = "({"|".join(events)})*"\n'
        name = "" if "name =" in settings.partition("[[")[0] else 'name = "/type"\n'
        toml = (
            '\n[operations.watch]\nsummary = "Watch the sky."\nmethod = "GET"\npath = "/watch"\n'
            f'[operations.watch.stream]\nevents = "watch"\n{name}{order}{settings}\n'
        )
        made: dict[str, JSONValue] = {f"watch/{event}.schema.json": {"type": "object"} for event in events}
        return write(toml.replace("[[", "[[operations.watch.stream."), {**made, **(schemas or {})})

    return declared


@pytest.fixture
def streamed(watch: Callable[..., Weather]) -> Callable[..., Told]:
    """Declare such a stream, check one with these events, and return what is told of it."""

    def found(settings: str, known: Sequence[str], events: Sequence[Content], **schemas: JSONValue) -> Told:
        files = {f"watch/{name}.schema.json": schema for name, schema in schemas.items()}
        tape = exchanged(sse(events), None, path="/watch", method="GET", answers="text/event-stream")
        findings = watch(settings, known, files).findings(tape)
        return [(finding.code.value, finding.event, finding.message) for finding in findings]

    return found
