"""TC107, TC108: events out of order, and streams that never end properly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tapecheck.checking.exchange import Exchange, Outcome
from tapecheck.checking.payload import Document, EventStream, Nothing, StreamedEvent, is_true
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.contracts import Stream
from tapecheck.model import Code, Side

_CUT = "The connection was lost, or the recording was cut: record it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a stream went.

    Attributes:
        misplaced: each event out of order, with what is wrong.
        missing: what should have come at the end; empty for a stream that ended properly.
        failed: whether an event said that the stream fails.
    """

    misplaced: tuple[tuple[StreamedEvent, str], ...]
    missing: tuple[str, ...]
    failed: bool

    @property
    def whole(self) -> bool:
        """Tell whether the stream came to its proper end, so that rules may ask for what is missing in it."""
        return not self.missing and not self.failed


def stream_order(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield each event that is out of order, and say if the stream stops before its end."""
    stream, body = exchange.operation.stream, exchange.interaction.response.body
    if stream is None or exchange.expected is Outcome.ERROR:
        return
    if isinstance(exchange.response, Nothing) and exchange.expected is Outcome.STREAM:
        message = "the stream is empty"
        yield Problem(code=Code.STREAM_INCOMPLETE, message=message, side=Side.RESPONSE, line=body.line, hint=_CUT)
    if not isinstance(exchange.response, EventStream):
        return
    course, events = follow(stream, exchange.response), exchange.response.events
    for event, message in course.misplaced:
        line = line_in(body, event.line)
        yield Problem(code=Code.STREAM_ORDER, message=message, side=Side.RESPONSE, line=line, event=event.index)
    if course.missing and not (events and events[-1].fault and not events[-1].complete):
        behind = f" behind {events[-1].name!r}" if events and events[-1].name else ""
        yield Problem(
            code=Code.STREAM_INCOMPLETE,
            message=f"the stream stops{behind}; still to come: {' or '.join(course.missing)}",
            side=Side.RESPONSE,
            line=line_in(body, events[-1].line) if events else body.line,
            event=events[-1].index if events else None,
            hint=_CUT,
        )
    elif course.whole:
        for event_name in _owed(stream, exchange):
            message = f"the request asks for the event {event_name!r}, and it never came"
            yield Problem(code=Code.STREAM_INCOMPLETE, message=message, side=Side.RESPONSE, line=body.line)


def _owed(stream: Stream, exchange: Exchange) -> Iterator[str]:
    """Yield the events that the request asks for and that the stream does not have."""
    if isinstance(exchange.request, Document) and isinstance(exchange.response, EventStream):
        came = {event.name for event in exchange.response.events}
        for demand in stream.demanded:
            if demand.event not in came and is_true(exchange.request.value, demand.when):
                yield demand.event


def follow(stream: Stream, body: EventStream) -> Course:
    """Follow the events along the declared order; one that is out of order is taken to have been in its place."""
    order, state, failed = stream.order, stream.order.start, False
    misplaced: list[tuple[StreamedEvent, str]] = []
    for event in body.events:
        name = event.name
        if failed:
            if not event.is_marker and name not in stream.failures:
                misplaced.append((event, f"the event {name!r} comes after the stream has failed"))
        elif name in stream.failures:
            failed = True
        elif name in order.names and name not in stream.anywhere:
            following = order.step(state, name)
            if following is None:
                wanted = " or ".join(order.expected(state)) or "the end"
                misplaced.append((event, f"the event {name!r} is out of order, expected {wanted}"))
            state = order.resume(name) if following is None else following
    missing: tuple[str, ...] = ()
    if not failed:
        missing = () if order.accepts(state) else order.expected(state)
        missing = missing if missing or body.closed else ("]",)
    return Course(misplaced=tuple(misplaced), missing=missing, failed=failed)
