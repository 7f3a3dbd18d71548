"""TC106, TC109, TC108: streamed events one by one."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.checking.exchange import Exchange
from tapecheck.checking.explain import explain
from tapecheck.checking.payload import EventStream, StreamedEvent
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.checking.wording import show
from tapecheck.contracts import Stream
from tapecheck.model import Code, Side


def stream_events(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield what is wrong with each event, whatever its place."""
    stream, body = exchange.operation.stream, exchange.interaction.response.body
    if stream is None or not isinstance(exchange.response, EventStream):
        return
    for event in exchange.response.events:
        line = line_in(body, event.line)
        for code, message, hint in _form(event, stream):
            yield Problem(code=code, message=message, side=Side.RESPONSE, line=line, event=event.index, hint=hint)
        schema = stream.events.get(event.name) if event.name is not None else None
        if schema is None or event.is_marker or validation.engine.is_valid(schema.uri, event.value):
            continue
        for one in explain(validation.engine, validation.schemas, schema.uri, event.value):
            yield Problem(
                code=Code.STREAM_EVENT,
                message=f"event {event.name!r}: {one.message}",
                side=Side.RESPONSE,
                line=line,
                event=event.index,
                instance_path=one.instance_path,
                schema_path=one.keyword.file(validation.schemas),
                hint=one.hint,
            )


def _form(event: StreamedEvent, stream: Stream) -> Iterator[tuple[Code, str, str | None]]:
    """Yield code, message and hint of what is wrong with an event before any schema is asked."""
    if event.fault is not None and not event.complete:
        hint = "The connection was lost, or the recording was cut: record it again."
        yield Code.STREAM_INCOMPLETE, "the stream breaks off in the middle of an event", hint
    elif event.fault is not None:
        yield Code.MALFORMED_BODY, event.fault, None
    elif event.name is None:
        known = ", ".join(sorted(stream.events))
        yield (
            Code.STREAM_EVENT,
            f"the event {show(event.value)} is none that the contract can name",
            f"It names {known}.",
        )
    elif stream.named_in_sse and event.label != event.name and not event.is_marker:
        got = "is absent" if event.label is None else f"says {event.label!r}"
        yield Code.STREAM_EVENT, f"the `event:` field {got}, the data say {event.name!r}", None
