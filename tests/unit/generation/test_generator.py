from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapecheck.errors import GenerationError
from tapecheck.generation.generator import Generator
from tapecheck.generation.source import PlainSource, RandomSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.contracts import Contract, Operation
    from tapecheck.model import JSONValue

BODIES = """
request = "request.schema.json"
response = "response.schema.json"
error = "error.schema.json"
errors = [404]
"""
STREAM = """
[operations.talk.stream]
asked-by = "/stream"
framings = ["sse"]
events = "events"
name = "/type"
order = "a"
"""
SCHEMAS: dict[str, JSONValue] = {
    "request": {"type": "object", "required": ["q"], "properties": {"q": {}, "stream": {"type": "boolean"}}},
    "response": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "x-extensible-enum": ["answer"]}},
    },
    "error": {"type": "object", "required": ["code"], "properties": {"code": {"enum": [400, 404]}}},
    "events/a": {"type": "object", "required": ["type"], "properties": {"type": {"const": "a"}}},
}


@pytest.fixture
def talk(contract: Callable[..., Contract]) -> Callable[..., tuple[Generator, Operation]]:
    def talk(table: str, **settings: bool) -> tuple[Generator, Operation]:
        made = contract(table, SCHEMAS)
        return Generator(made, **settings), made.operations[0]

    return talk


def test_plain_documents(talk: Callable[..., tuple[Generator, Operation]]) -> None:
    generator, operation = talk(BODIES + STREAM)
    source = PlainSource()
    assert generator.request(operation, source) == {"q": "q"}
    assert generator.request(operation, source, streamed=True) == {"q": "q", "stream": True}
    assert generator.answer(operation, source) == {"kind": "answer"}
    assert generator.stream(operation, source) == (("a", {"type": "a"}),)


@pytest.mark.parametrize(("status", "code"), [(404, 404), (500, 400)])
def test_an_error_says_its_status_where_it_can(
    talk: Callable[..., tuple[Generator, Operation]], status: int, code: int
) -> None:
    generator, operation = talk(BODIES)
    assert generator.error(operation, status, PlainSource()) == {"code": code}


def test_requests_that_ask_for_no_stream_do_not(talk: Callable[..., tuple[Generator, Operation]]) -> None:
    generator, operation = talk(BODIES + STREAM)
    made = [generator.request(operation, RandomSource(seed)) for seed in range(30)]
    assert {one.get("stream") for one in made if isinstance(one, dict)} == {None, False}


def test_surprises(talk: Callable[..., tuple[Generator, Operation]]) -> None:
    generator, operation = talk(BODIES, surprises=True)
    made = [generator.answer(operation, RandomSource(seed)) for seed in range(80)]
    assert {"answer"} < {one["kind"] for one in made if isinstance(one, dict)}
    assert any("never_seen_before" in one for one in made if isinstance(one, dict))


def test_what_the_operation_does_not_have(talk: Callable[..., tuple[Generator, Operation]]) -> None:
    generator, operation = talk(STREAM)
    assert generator.request(operation, PlainSource()) is None
    with pytest.raises(GenerationError, match="has no response but a stream"):
        generator.answer(operation, PlainSource())
    with pytest.raises(GenerationError, match="what errors of 'talk' look like"):
        generator.error(operation, 500, PlainSource())
    generator, operation = talk(BODIES)
    with pytest.raises(GenerationError, match="does not stream"):
        generator.stream(operation, PlainSource())


def test_what_cannot_be_made_without_drift_is_an_error(talk: Callable[..., tuple[Generator, Operation]]) -> None:
    generator, operation = talk(BODIES)
    assert operation.response is not None
    wishes: list[JSONValue] = [{"properties": {"kind": {"const": "unknown"}}}]
    with pytest.raises(GenerationError, match="attempts"):
        generator.value(operation.response.uri, PlainSource(), wishes)
