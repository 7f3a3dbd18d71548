"""TC201, TC202, TC203: what reality has and the contract does not declare."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag

from tapecheck.checking.exchange import Exchange, Outcome
from tapecheck.checking.explain import did_you_mean, show
from tapecheck.checking.payload import Document, EventStream, StreamedEvent
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.contracts import Schema
from tapecheck.model import Body, Code, JSONValue, Side, line_of, parse_pointer, resolve

_EVALUATED = {"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"}


def drift(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield each undeclared field, value and event of both sides."""
    operation, interaction = exchange.operation, exchange.interaction
    if isinstance(exchange.request, Document) and operation.request is not None:
        yield from _document(operation.request, exchange.request, interaction.request.body, Side.REQUEST, validation)
    schema = operation.error if exchange.expected is Outcome.ERROR else operation.response
    if isinstance(exchange.response, Document) and schema is not None and exchange.expected is not Outcome.STREAM:
        yield from _document(schema, exchange.response, interaction.response.body, Side.RESPONSE, validation)
    if isinstance(exchange.response, EventStream) and operation.stream is not None:
        for event in exchange.response.events:
            yield from _event(event, operation.stream.events, interaction.response.body, validation)


def _document(
    schema: Schema, document: Document, body: Body, side: Side, validation: Validation
) -> Iterator[Problem]:
    text: str | None = None
    for code, path, message, hint, keyword in _undeclared(schema, document.value, validation):
        text = body.content.decode("utf-8", "replace") if text is None else text
        yield Problem(
            code=code,
            message=message,
            side=side,
            line=line_in(body, line_of(text, parse_pointer(path))),
            instance_path=path,
            schema_path=keyword,
            hint=hint,
        )


def _event(event: StreamedEvent, events: Mapping[str, Schema], body: Body, validation: Validation) -> Iterator[Problem]:
    line = line_in(body, event.line)
    if event.name is None or event.name == "done" or event.fault:
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
    for code, path, message, hint, keyword in _undeclared(events[event.name], event.value, validation):
        yield Problem(
            code=code,
            message=message,
            side=Side.RESPONSE,
            line=line,
            event=event.index,
            instance_path=path,
            schema_path=keyword,
            hint=hint,
        )


def _undeclared(
    schema: Schema, value: JSONValue, validation: Validation
) -> Iterator[tuple[Code, str, str, str | None, str]]:
    """Yield code, instance path, message, hint and place in the schema of each undeclared field and value.

    The annotations of JSON Schema (2020-12, core 7.7) say which fields of an object some keyword spoke of. An object of which
    `properties` spoke is declared; a field of it that no keyword spoke of is drift.
    """
    names: defaultdict[str, set[str]] = defaultdict(set)
    declared: dict[str, str] = {}
    for annotation in validation.annotator.annotations(schema.uri, value):
        path, keyword = annotation["instanceLocation"], annotation["schemaLocation"].rpartition("/")[2]
        found = annotation["annotations"]
        if keyword in _EVALUATED and isinstance(found, list):
            names[path].update(str(name) for name in found)
            if keyword == "properties":
                declared.setdefault(path, annotation["schemaLocation"])
        elif isinstance(found, dict) and isinstance(known := found.get("x-extensible-enum"), list):
            one = resolve(value, parse_pointer(path))
            if one is not None and one not in known:
                message = f"got {show(one)}, which the contract does not know; it knows {', '.join(map(show, known))}"
                place = _file(annotation["schemaLocation"], validation) + "/x-extensible-enum"
                yield Code.UNDECLARED_VALUE, path, message, did_you_mean(one, known), place
    for path, place in declared.items():
        holder = resolve(value, parse_pointer(path))
        for name in sorted(set(holder) - names[path]) if isinstance(holder, dict) else ():
            message = f"the contract does not declare the field {name!r} (here {show(holder[name])})"
            yield Code.UNDECLARED_FIELD, path, message, _similar(name, place, validation), _file(place, validation)


def _file(uri: str, validation: Validation) -> str:
    base, fragment = urldefrag(uri)
    return f"{validation.schemas[base].path}#{fragment}"


def _similar(name: str, place: str, validation: Validation) -> str | None:
    base, fragment = urldefrag(place)
    known = resolve(dict(validation.schemas[base].document), parse_pointer(fragment))
    close = difflib.get_close_matches(name, known, n=1) if isinstance(known, dict) else []
    return f"The contract declares {close[0]!r}." if close else None
