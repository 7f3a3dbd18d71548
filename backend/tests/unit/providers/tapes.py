"""Reads our cassettes, so that providers are tested with what is on them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from backend.llm.protocol import JsonObject, Tool
from tapecheck import SSEDecoder, SSEEvent

ROOT: Final = Path(__file__).parents[4]
CASSETTES: Final = ROOT / "cassettes"

EXACT: Final = "Reply with exactly these words: calm clear morning"
COUNT: Final = "Count from one to five in words, separated by commas."
SUM: Final = "What is seven plus five? Reply with the number alone."
ASK: Final = "When is high tide in Harwich today?"
TIDE: Final = Tool(
    name="tide_at",
    description="Tells when the tide is high in a port.",
    parameters={"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]},
)


class Recorded(NamedTuple):
    """A request and its answer; the names of headers are in small letters, and a header has one value."""

    request: JsonObject
    uri: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def requests_and_answers(provider: str, operation: str, scenario: str) -> Recorded:
    """Return what is on `cassettes/<provider>/<operation>/<scenario>.yaml`, which has one interaction."""
    path = CASSETTES / provider / operation / f"{scenario}.yaml"
    (interaction,) = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    request, response = interaction["request"], interaction["response"]
    headers = {name.lower(): value for name, (value,) in response["headers"].items()}
    return Recorded(
        json.loads(request["body"]),
        request["uri"],
        response["status"]["code"],
        MappingProxyType(headers),
        _bytes(response["body"]["string"]),
    )


def scenarios(provider: str, operation: str) -> list[str]:
    """Return the names of the scenarios of an operation, sorted."""
    names = sorted(path.stem for path in (CASSETTES / provider / operation).glob("*.yaml"))
    assert names, f"there are no cassettes of {provider} {operation}"
    return names


def successes(provider: str, operation: str, *, streamed: bool) -> Iterator[str]:
    """Yield the scenarios with status 200 whose answers are streams of events, or are not."""
    for name in scenarios(provider, operation):
        recorded = requests_and_answers(provider, operation, name)
        if recorded.status == 200 and streamed == is_stream(recorded):
            yield name


def is_stream(recorded: Recorded) -> bool:
    """Tell whether an answer is a stream of events."""
    return recorded.headers["content-type"].startswith("text/event-stream")


def decode(body: bytes) -> list[SSEEvent]:
    """Return the events of a whole body; the last one may be incomplete."""
    decoder = SSEDecoder()
    events = list(decoder.feed(body))
    last = decoder.close()
    return events if last is None else [*events, last]


def request_faults(provider: str, operation: str, request: JsonObject) -> list[str]:
    """Return what our contract of an operation has against a request."""
    folder = ROOT / "contracts" / provider
    contract = tomllib.loads((folder / "contract.toml").read_text(encoding="utf-8"))
    schema = {"$ref": (folder / contract["operations"][operation]["request"]).as_uri()}
    validator = Draft202012Validator(schema, registry=_schemas(folder))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(request)]


@cache
def _schemas(folder: Path) -> Registry[Any]:
    files = folder.rglob("*.schema.json")
    resources = [
        (path.as_uri(), Resource.from_contents(json.loads(path.read_text(encoding="utf-8")))) for path in files
    ]
    registry: Registry[Any] = Registry()
    return registry.with_resources(resources).crawl()


def same_json(one: object, other: object) -> bool:
    """Tell whether two values are the same JSON: the order of keys is nothing, and true is not 1, but 0.0 is 0."""
    return json.dumps(_canonical(one), sort_keys=True) == json.dumps(_canonical(other), sort_keys=True)


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return {name: _canonical(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
