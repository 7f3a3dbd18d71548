from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from tapecheck.contracts import Contracts, Match
from tapecheck.generation import Generator, RandomSource
from tapecheck.model import Request
from tapecheck.serving.examples import Examples, named_framing
from tapecheck.streams import decode

Ask = Callable[..., Request]
Matching = Callable[[Request], Match]


@pytest.fixture
def generators(contracts: Contracts) -> Mapping[str, Generator]:
    return {contract.provider: Generator(contract) for contract in contracts}


def test_a_document(generators: Mapping[str, Generator], ask: Ask, match: Matching) -> None:
    request = ask("/v1/say", {"text": "hi"})
    reply = Examples(generators).answer(match(request), request, {"text": "hi"}, 0)
    assert (reply.status, reply.framing) == (200, None)
    assert json.loads(reply.body)["text"]


def test_nothing(generators: Mapping[str, Generator], ask: Ask, match: Matching) -> None:
    request = ask("/v1/things/1", method="DELETE")
    reply = Examples(generators).answer(match(request), request, None, 0)
    assert (reply.status, reply.body) == (204, b"")


def test_a_stream(generators: Mapping[str, Generator], ask: Ask, match: Matching) -> None:
    request = ask("/v1/say?alt=sse", {"text": "hi", "stream": True})
    reply = Examples(generators).answer(match(request), request, {"text": "hi", "stream": True}, 0)
    assert reply.headers.get("content-type") == "text/event-stream"
    names = [event.name for event in decode(reply.body)]
    assert names == ["word"] * (len(names) - 1) + ["end"]
    assert len(reply.pieces) == len(names)


def test_variety_comes_from_the_number(generators: Mapping[str, Generator], ask: Ask, match: Matching) -> None:
    request = ask("/v1/say", {"text": "hi"})
    examples = Examples(generators, RandomSource)
    bodies = [examples.answer(match(request), request, {"text": "hi"}, number).body for number in (*range(9), 0)]
    assert bodies[0] == bodies[-1]
    assert len(set(bodies)) > 1


@pytest.mark.parametrize(
    ("path", "accept", "framing"),
    [
        ("/v1/say", "*/*", "json-array"),
        ("/v1/say", "", "json-array"),
        ("/v1/say?alt=sse", "", "sse"),
        ("/v1/say?as=json-array", "", "json-array"),
        ("/v1/say", "text/event-stream", "sse"),
        ("/v1/say", "application/json", "json-array"),
    ],
)
def test_the_request_names_a_framing(ask: Ask, match: Matching, path: str, accept: str, framing: str) -> None:
    request = ask(path, {}, accept=accept)
    stream = match(request).operation.stream
    assert stream is not None
    assert named_framing(stream, request) == framing
