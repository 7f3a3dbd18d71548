"""TC107: fields that stay the same throughout a stream, are in all its events or in none, count up, or never fall."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.checking.exchange import Exchange
from tapecheck.checking.payload import EventStream, StreamedEvent
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.checking.wording import show
from tapecheck.contracts import Count, Grow, Pointer
from tapecheck.model import Code, JSONValue, Side, find, pointer


def stream_fields(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield each event whose fields do not go with those of the events around it."""
    stream, body = exchange.operation.stream, exchange.interaction.response.body
    if stream is None or not isinstance(exchange.response, EventStream):
        return
    events = exchange.response.events
    found = [one for parts in stream.constant for one in _changes(events, parts)]
    found += [one for count in stream.count for one in _miscounts(events, count)]
    found += [one for grow in stream.grow for one in _falls(events, grow)]
    speaking = tuple(event for event in events if event.name not in {None, *stream.failures} and not event.is_marker)
    found += [one for parts in stream.together for one in _gaps(speaking, parts)]
    for event, path, message in found:
        yield Problem(
            code=Code.STREAM_ORDER,
            message=message,
            side=Side.RESPONSE,
            line=line_in(body, event.line),
            event=event.index,
            instance_path=path,
        )


def _values(events: tuple[StreamedEvent, ...], parts: Pointer) -> Iterator[tuple[StreamedEvent, str, JSONValue]]:
    for event in events:
        for path, value in find(event.value, parts):
            yield event, pointer(path), value


def _changes(events: tuple[StreamedEvent, ...], parts: Pointer) -> Iterator[tuple[StreamedEvent, str, str]]:
    first: JSONValue = None
    for position, (event, path, value) in enumerate(_values(events, parts)):
        if position == 0:
            first = value
        elif value != first:
            yield event, path, f"got {show(value)}, the stream began with {show(first)}, and the field stays the same"
            return


def _gaps(events: tuple[StreamedEvent, ...], parts: Pointer) -> Iterator[tuple[StreamedEvent, str, str]]:
    without = [event for event in events if next(find(event.value, parts), None) is None]
    if len(without) < len(events):
        for event in without:
            yield event, pointer(parts), f"{pointer(parts)} is missing, which other events of the stream have"


def _miscounts(events: tuple[StreamedEvent, ...], count: Count) -> Iterator[tuple[StreamedEvent, str, str]]:
    expected = count.start
    for event, path, value in _values(events, count.field):
        if value != expected:
            yield event, path, f"got {show(value)}, expected {expected}, as the field counts up"
        expected = value + 1 if isinstance(value, int) else expected + 1


def _falls(events: tuple[StreamedEvent, ...], grow: Grow) -> Iterator[tuple[StreamedEvent, str, str]]:
    highest: int | float | None = None
    for event in events:
        if event.name in grow.reset:
            highest = None
        for path, value in find(event.value, grow.field):
            if not isinstance(value, int | float):
                continue
            if highest is not None and value < highest:
                yield event, pointer(path), f"got {show(value)} after {show(highest)}, and the field never falls"
            highest = value
