from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tapecheck.checking import RustEngine
from tapecheck.contracts import Contract, Contracts, Match
from tapecheck.errors import GenerationError
from tapecheck.generation import Generator
from tapecheck.model import Request
from tapecheck.serving.failures import Failures

Ask = Callable[..., Request]
Matching = Callable[[Request], Match]


@pytest.fixture
def failures(contracts: Contracts) -> Failures:
    generators = {contract.provider: Generator(contract) for contract in contracts}
    return Failures(generators, RustEngine(contracts.schemas))


@pytest.fixture
def contract(contracts: Contracts) -> Contract:
    return contracts.by_provider["talk"]


def test_an_error_has_the_shape_of_the_operation(failures: Failures, contract: Contract) -> None:
    reply = failures.error(contract, contract.operations[0], 429, "Too much.")
    assert (reply.status, reply.reason) == (429, "Too Many Requests")
    assert json.loads(reply.body) == {"kind": "error", "code": 429, "message": "Too much."}


def test_an_unknown_operation_fails_in_the_shape_of_another(failures: Failures, contract: Contract) -> None:
    assert json.loads(failures.error(contract, None, 404, "No.").body)["message"] == "No."


def test_without_a_shape_an_error_is_words(failures: Failures, contract: Contract) -> None:
    shapeless = replace(contract, operations=contract.operations[1:])
    for operation in (None, *shapeless.operations):
        reply = failures.error(shapeless, operation, 500, "Broken.")
        assert (reply.status, reply.body) == (500, b"Broken.\n")


def test_a_shape_without_an_example_is_not_used(
    failures: Failures, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    def error(*_: object) -> None:
        raise GenerationError("no example was found")

    monkeypatch.setattr(Generator, "error", error)
    assert failures.error(contract, contract.operations[0], 429, "Too much.").body == b"Too much.\n"


def test_the_event_with_which_a_stream_breaks_off(failures: Failures, ask: Ask, match: Matching) -> None:
    found = match(ask("/v1/say"))
    assert failures.event(found, "sse") == b'event: oops\ndata: {"type":"oops"}\n\n'
    assert failures.event(found, "json-array") == b'{"type":"oops"}'


def test_not_every_operation_has_one(failures: Failures, ask: Ask, match: Matching) -> None:
    found = match(ask("/v1/say"))
    assert found.operation.stream is not None
    stream = replace(found.operation.stream, failures=frozenset())
    assert failures.event(replace(found, operation=replace(found.operation, stream=stream)), "sse") is None
    assert failures.event(match(ask("/v1/things/1", method="GET")), "sse") is None


def test_the_shapes_that_faults_ask_for(failures: Failures, contract: Contract, ask: Ask, match: Matching) -> None:
    say = match(ask("/v1/say")).operation
    shapes = failures.shapes(contract, say, "json-array")
    assert json.loads(shapes.error(429, "Too much.").body)["message"] == "Too much."
    assert shapes.failure() == b'{"type":"oops"}'


def test_where_there_is_no_operation_no_stream_breaks_off(failures: Failures, contract: Contract) -> None:
    shapes = failures.shapes(contract, None, "sse")
    assert shapes.failure() is None
    assert json.loads(shapes.error(404, "No.").body)["message"] == "No."
