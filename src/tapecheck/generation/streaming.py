"""Whole streams: a course along the order, an event for each name, and the same rules that check recordings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from tapecheck.checking.exchange import FRAMINGS, Exchange, Outcome, read_exchange
from tapecheck.checking.payload import Document, EventStream, StreamedEvent, is_true, name_event
from tapecheck.checking.problem import Rule, Validation
from tapecheck.checking.rules import RULES
from tapecheck.checking.rules.stream_fields import stream_fields
from tapecheck.checking.rules.stream_pairs import stream_pairs
from tapecheck.checking.rules.stream_series import stream_series
from tapecheck.contracts import Contract, Match, Operation, Stream
from tapecheck.errors import GenerationError
from tapecheck.generation.builder import Builder
from tapecheck.generation.course import course
from tapecheck.generation.field_ties import field_ties
from tapecheck.generation.framing import Event, encode
from tapecheck.generation.joining import join
from tapecheck.generation.options import Next, combined
from tapecheck.generation.pair_ties import pair_ties
from tapecheck.generation.series_ties import series_ties
from tapecheck.generation.source import Source
from tapecheck.generation.wishes import naming
from tapecheck.model import Body, Code, Headers, Interaction, JSONValue, Request, Response, Severity, Side

_WAYS: Final = 16
"""So many ways are tried for one event."""
_RULES: Final[tuple[Rule, ...]] = (stream_fields, stream_pairs, stream_series)
"""The rules that look at several events at once, and can look at a stream that goes on."""


class Streaming:
    """Makes the streams of one operation.

    Args:
        contract: of the provider.
        operation: that streams.
        validation: what rules validate with.
        surprises: whether a stream may have what the contract does not declare.

    Raises:
        GenerationError: the operation does not stream.
    """

    def __init__(self, contract: Contract, operation: Operation, validation: Validation, *, surprises: bool) -> None:
        if operation.stream is None:
            raise GenerationError(f"the operation {operation.name!r} does not stream")
        self._match = Match(contract=contract, operation=operation)
        self._stream: Stream = operation.stream
        self._validation = validation
        self._surprises = surprises
        self._ties = [*field_ties(self._stream), *pair_ties(self._stream), *series_ties(self._stream)]

    def events(self, builder: Builder, source: Source, request: JSONValue) -> tuple[Event, ...]:
        """Return the events of one stream.

        Raises:
            GenerationError: this course led to none.
        """
        asked = self._asked(request)
        wanted = frozenset(one.event for one in self._stream.demanded if is_true(asked, one.when))
        names = course(self._stream, source, wanted)
        events: list[StreamedEvent] = []
        for place, name in enumerate(names):
            following = Next(name=name, before=tuple(events), after=names[place + 1 :])
            events.append(self._event(following, builder, source))
        join(self._stream, events, source)
        made = tuple((event.name or "", event.value) for event in events)
        for problem in self._problems(made, asked):
            raise GenerationError(f"the stream {' '.join(names)} fails: {problem}")
        return made

    def _asked(self, request: JSONValue) -> JSONValue:
        """Return the request; if nothing is known of it, one that says no more than that it asks for a stream."""
        if request is None and self._stream.asked_by is not None:
            for part in reversed(self._stream.asked_by):
                request = {part: True if request is None else request}
        return {} if request is None else request

    def _event(self, event: Next, builder: Builder, source: Source) -> StreamedEvent:
        if event.name == "done":
            return _streamed(len(event.before), "done", None)
        for wishes in islice(self._ways(event, source), _WAYS):
            try:
                value = builder.value(self._stream.events[event.name].uri, wishes)
            except GenerationError:
                continue
            made = _streamed(len(event.before), event.name, value)
            if name_event(self._stream, value) == event.name and not self._disturbs(made, event.before):
                return made
        raise GenerationError(f"no event {event.name!r} goes with the {len(event.before)} before it")

    def _ways(self, event: Next, source: Source) -> Iterator[list[JSONValue]]:
        for option in combined(self._ties, event, source):
            for name in naming(self._stream, event.name):
                yield [*name, *option.all_wishes()]

    def _disturbs(self, event: StreamedEvent, before: Sequence[StreamedEvent]) -> bool:
        """Tell whether an event does not go with those before it."""
        interaction = Interaction(
            index=0, line=1, request=Request(method="POST", uri=""), response=Response(status=200)
        )
        exchange = Exchange(
            contract=self._match.contract,
            operation=self._match.operation,
            interaction=interaction,
            expected=Outcome.STREAM,
            media=None,
            request=Document(value=None),
            response=EventStream(events=(*before, event), closed=False),
        )
        found = (problem for rule in _RULES for problem in rule(exchange, self._validation))
        return any(problem.code is not Code.STREAM_INCOMPLETE for problem in found)

    def _problems(self, events: Sequence[Event], request: JSONValue) -> Iterator[str]:
        """Yield what the rules have to say of the whole stream, as it goes over the wire in its first framing."""
        operation, framing = self._match.operation, self._stream.framings[0]
        response = Response(
            status=min(operation.success),
            headers=Headers((("content-type", FRAMINGS[framing]),)),
            body=Body(content=b"".join(encode(events, framing, self._stream))),
        )
        asking = Request(method=operation.method, uri="", body=Body(content=json.dumps(request).encode()))
        exchange = read_exchange(self._match, Interaction(index=0, line=1, request=asking, response=response))
        for rule in RULES:
            for problem in rule(exchange, self._validation):
                if problem.side is Side.RESPONSE and not (
                    self._surprises and problem.code.severity is Severity.WARNING
                ):
                    yield f"{problem.code} {problem.message}"


def _streamed(index: int, name: str, value: JSONValue) -> StreamedEvent:
    return StreamedEvent(index=index, name=name, label=None, value=value, line=0, fault=None, complete=True)
