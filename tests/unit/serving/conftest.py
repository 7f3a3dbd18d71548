"""A provider with an operation of each kind, its contract written out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tapecheck.contracts import DIALECT, Contracts, Match, load
from tapecheck.faults import Reply
from tapecheck.model import Body, Headers, Request
from tapecheck.serving import Answer, Source

CONTRACT = """\
title = "Talk"
version = "1"
documentation = "https://talk.example/docs"
hosts = ["api.talk.example", "*.eu.talk.example"]

[secrets]
headers = ["X-Key", "cookie"]
query = ["key"]
fields = ["/token"]

[operations.say]
summary = "Says something back"
method = "POST"
path = ["/v1/say", "/beta/say"]
request = "say/request.schema.json"
response = "say/response.schema.json"
error = "error.schema.json"
errors = [401, 422, 429]

[operations.say.stream]
asked-by = "/stream"
framings = ["sse", "json-array"]
events = "say/events"
name = "/type"
sse-event = "name"
order = "word+ end"
failures = ["oops"]

[operations.thing]
summary = "Describes a thing"
method = "GET"
path = "/v1/things/{thing}"
response = "say/response.schema.json"

[operations.forget]
summary = "Forgets a thing"
method = "DELETE"
path = "/v1/things/{thing}"
success = [204]
"""


def event(name: str) -> dict[str, object]:
    return {"type": "object", "required": ["type"], "properties": {"type": {"const": name}}}


STRING = {"type": "string"}
SAID = {"type": "string", "minLength": 1}
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "say/request": {
        "type": "object",
        "required": ["text"],
        "properties": {"text": SAID, "stream": {"type": "boolean"}, "token": STRING, "loudness": {"type": "number"}},
    },
    "say/response": {"type": "object", "required": ["text"], "properties": {"text": SAID}},
    "error": {
        "type": "object",
        "required": ["code", "kind", "message"],
        "properties": {"kind": {"const": "error"}, "code": {"enum": [401, 422, 429]}, "message": STRING},
    },
    "say/events/word": event("word"),
    "say/events/end": event("end"),
    "say/events/oops": event("oops"),
}


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    folder = tmp_path / "contracts/talk"
    for name, schema in SCHEMAS.items():
        path = folder / f"{name}.schema.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"$schema": DIALECT, "title": name, **schema}), encoding="utf-8")
    (folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    loaded = load(folder.parent)
    assert not loaded.problems, loaded.problems
    return loaded.contracts


def ask(
    path: str, body: object = None, method: str = "POST", host: str = "https://api.talk.example", **headers: str
) -> Request:
    """A request, with credentials unless they are given; `_` in the names of headers stands for `-`."""
    fields = {"x-key": "secret", **({} if body is None else {"content-type": "application/json"})}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    kept = tuple((name, value) for name, value in fields.items() if value)
    return Request(method=method, uri=f"{host}{path}", headers=Headers(kept), body=Body(content=content))


@pytest.fixture(name="ask")
def ask_fixture() -> Callable[..., Request]:
    return ask


@pytest.fixture
def match(contracts: Contracts) -> Callable[[Request], Match]:
    """Find the operation of a request."""

    def match(request: Request) -> Match:
        found = contracts.match(request.method, request.uri)
        assert isinstance(found, Match)
        return found

    return match


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Write a cassette of one interaction; return the folder of cassettes."""

    def record(name: str, request: Request, reply: Reply) -> Path:
        path = tmp_path / "cassettes" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        asked = {"method": request.method, "uri": request.uri, "headers": {}, "body": request.body.content.decode()}
        answer = {
            "status": {"code": reply.status, "message": reply.reason},
            "headers": {name: [value] for name, value in reply.headers},
            "body": {"string": reply.body.decode()},
        }
        cassette = {"version": 1, "interactions": [{"request": asked, "response": answer}]}
        path.write_text(json.dumps(cassette), encoding="utf-8")
        return tmp_path / "cassettes"

    return record


@pytest.fixture
def answered() -> Callable[[Reply], Callable[[Request], Answer]]:
    """Make what always answers the same."""
    return lambda reply: lambda request: Answer(reply=reply, source=Source.GENERATED)
