"""Answers that nobody recorded: made from the contract, the same each time for the same request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from tapecheck.checking.exchange import FRAMINGS
from tapecheck.checking.payload import is_true
from tapecheck.contracts import Match, Stream
from tapecheck.faults import Reply
from tapecheck.generation import Generator, PlainSource, Source, encode
from tapecheck.model import JSONValue, Request
from tapecheck.serving import replies

Sources = Callable[[int], Source]
"""Makes the source of choices for a request from a number that is its own."""


class Examples:
    """Makes answers from contracts.

    Args:
        generators: by provider.
        sources: of choices; by default every answer is the plainest there is.
    """

    def __init__(self, generators: Mapping[str, Generator], sources: Sources = lambda number: PlainSource()) -> None:
        self._generators = generators
        self._sources = sources

    def answer(self, match: Match, request: Request, body: JSONValue, number: int) -> Reply:
        """Return a success: a stream where the request asks for one.

        Args:
            match: the operation.
            request: its query and its headers may name a framing.
            body: of the request, None where it has none.
            number: of the request.

        Raises:
            GenerationError: the contract allows no example.
        """
        operation, stream = match.operation, match.operation.stream
        generator, source = self._generators[match.contract.provider], self._sources(number)
        status = min(operation.success)
        if stream is not None and asks_for_stream(stream, body):
            framing = named_framing(stream, request)
            return replies.stream(status, framing, encode(generator.stream(operation, source, body), framing, stream))
        if operation.response is None:
            return replies.nothing(status)
        return replies.document(status, generator.answer(operation, source))


def asks_for_stream(stream: Stream, body: JSONValue) -> bool:
    """Tell whether the body of a request asks for a stream, as all requests do where no field says so."""
    return stream.asked_by is None or is_true(body, stream.asked_by)


def named_framing(stream: Stream, request: Request) -> str:
    """Return the framing that a request names in its query (`?alt=sse`) or in `accept`; by default an array."""
    named = {value for _, value in parse_qsl(urlsplit(request.uri).query)}
    accepted = request.headers.get("accept") or ""
    for framing in stream.framings:
        if framing in named or (framing == "sse" and FRAMINGS[framing] in accepted):
            return framing
    return "json-array" if "json-array" in stream.framings else stream.framings[0]
