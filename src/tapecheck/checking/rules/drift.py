"""TC201, TC202, TC203: what reality has and the contract does not declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tapecheck.checking.exchange import Exchange, Outcome
from tapecheck.checking.payload import Document, EventStream, StreamedEvent
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.checking.undeclared import Undeclared, undeclared
from tapecheck.checking.wording import did_you_mean
from tapecheck.contracts import Schema
from tapecheck.model import Body, Code, Side, lines_of, parse_pointer


def drift(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield each undeclared field, value and event of both sides."""
    operation, interaction = exchange.operation, exchange.interaction
    if isinstance(exchange.request, Document) and operation.request is not None:
        yield from document_drift(
            operation.request, exchange.request, interaction.request.body, Side.REQUEST, validation
        )
    schema = operation.error if exchange.expected is Outcome.ERROR else operation.response
    if isinstance(exchange.response, Document) and schema is not None and exchange.expected is not Outcome.STREAM:
        yield from document_drift(schema, exchange.response, interaction.response.body, Side.RESPONSE, validation)
    if isinstance(exchange.response, EventStream) and operation.stream is not None:
        for event in exchange.response.events:
            yield from _event(event, operation.stream.events, interaction.response.body, validation)


def document_drift(
    schema: Schema, document: Document, body: Body, side: Side, validation: Validation
) -> Iterator[Problem]:
    """Yield each undeclared field and value of one body."""
    found = list(undeclared(schema, document.value, validation))
    text = body.content.decode("utf-8", "replace") if found else ""
    lines = lines_of(text, [parse_pointer(one.instance_path) for one in found])
    for one, line in zip(found, lines, strict=True):
        yield _problem(one, side, line_in(body, line))


def _event(event: StreamedEvent, events: Mapping[str, Schema], body: Body, validation: Validation) -> Iterator[Problem]:
    line = line_in(body, event.line)
    if event.name is None or event.is_marker:
        return
    if event.name not in events:
        yield Problem(
            code=Code.UNDECLARED_EVENT,
            message=f"the contract does not know the event {event.name!r}",
            side=Side.RESPONSE,
            line=line,
            event=event.index,
            hint=did_you_mean(event.name, [*events]),
        )
        return
    for one in undeclared(events[event.name], event.value, validation):
        yield _problem(one, Side.RESPONSE, line, event.index)


def _problem(one: Undeclared, side: Side, line: int, event: int | None = None) -> Problem:
    return Problem(
        code=one.code,
        message=one.message,
        side=side,
        line=line,
        event=event,
        instance_path=one.instance_path,
        schema_path=one.schema_path,
        hint=one.hint,
    )
