"""Bodies as data: JSON documents, streams of events, or the reason why they are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tapecheck.checking.parsing import Unreadable, parse
from tapecheck.contracts import EventName, Stream
from tapecheck.contracts import Pointer as PointerParts
from tapecheck.errors import StreamError
from tapecheck.model import Body, JSONValue, find
from tapecheck.streams import ArrayElement, JSONArrayDecoder, SSEEvent, decode

DONE = "done"
"""The name of the marker that closes a stream."""

_MEDIA_TYPE = re.compile(r"\s*([\w!#$&^.+-]+/[\w!#$&^.+-]+)\s*(?:;|$)")  # RFC 9110, 8.3.1
_LEADING_SSE = re.compile(rb"\s*(?:data|event|id|retry)?:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A body that is one JSON value."""

    value: JSONValue


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedEvent:
    """One event of a stream.

    Attributes:
        index: counts from 0 within the stream.
        name: as the contract names it, `done` for the closing marker; None where it cannot.
        label: the SSE `event:` field.
        value: its data; None for the closing marker and where the data are not JSON.
        line: 0-based, within the body.
        fault: why its data are not JSON, in one sentence.
        complete: whether the body goes on behind it, or ends just there.
    """

    index: int
    name: str | None
    label: str | None
    value: JSONValue
    line: int
    fault: str | None
    complete: bool

    @property
    def is_marker(self) -> bool:
        """Tell whether it is the marker that closes the stream."""
        return self.name == DONE and self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStream:
    """A body that is a stream of events; `closed` tells whether its framing was closed as well."""

    events: tuple[StreamedEvent, ...]
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A body that is not what its content type says; `reason` is a sentence, `line` is 0-based, within the body."""

    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    """No body at all."""


@dataclass(frozen=True, slots=True)
class Words:
    """A body for people: an error that is not JSON, of a media type that the operation declares for errors."""


Payload = Document | EventStream | Malformed | Nothing | Words


def named_media_type(header: str | None) -> str | None:
    """Return the media type of a `content-type`, in lower case; None for what a recorder put in its place."""
    named = _MEDIA_TYPE.match(header or "")
    return named.group(1).lower() if named else None


def media_type(header: str | None, body: Body) -> str | None:
    """Return the media type that a `content-type` names, else the one that the body looks like."""
    if (named := named_media_type(header)) is not None:
        return named
    if _LEADING_SSE.match(body.content):
        return "text/event-stream"
    return "application/json" if body.content.lstrip()[:1] in (b"{", b"[") else None


def read_document(body: Body) -> Document | Malformed | Nothing:
    """Read a body as one JSON value."""
    if body.problem is not None:
        return Malformed(reason=body.problem)
    if not body.content.strip():
        return Nothing()
    value = parse_json(body.content)
    return value if isinstance(value, Malformed) else Document(value=value)


def read_stream(body: Body, framing: str, stream: Stream) -> EventStream | Malformed | Nothing:
    """Read a body as a stream, framed as `sse` or as `json-array`."""
    if body.problem is not None:
        return Malformed(reason=body.problem)
    if not body.content.strip():
        return Nothing()
    try:
        if framing == "sse":
            return EventStream(events=tuple(_events(decode(body.content), stream)), closed=True)
        decoder = JSONArrayDecoder()
        elements = decoder.feed(body.content)
        last = decoder.close()
    except StreamError as error:
        return Malformed(reason=error.message, line=(error.line or 1) - 1)
    events = _events([*elements, *([last] if last else [])], stream)
    return EventStream(events=tuple(events), closed=decoder.closed)


def parse_json(content: bytes, what: str = "the body") -> JSONValue | Malformed:
    """Parse JSON text; `what` it is begins the sentence that says why it is not JSON."""
    try:
        return parse(content)
    except Unreadable as error:
        return Malformed(reason=f"{what} {error.reason}", line=error.line)


def name_event(stream: Stream, value: JSONValue) -> str | None:
    """Name an event as its contract says; None where nothing applies."""
    name: JSONValue
    if stream.name_at is None:
        name = next((one.name for one in stream.names if _applies(one, value)), None)
    else:
        name = next((found for _, found in find(value, stream.name_at)), None)
    is_taken = name == DONE and stream.done is not None  # no event passes for the marker
    return name if isinstance(name, str) and not is_taken else None


def is_there(value: JSONValue, parts: PointerParts) -> bool:
    """Tell whether a pointer leads to anything other than null."""
    return any(found is not None for _, found in find(value, parts))


def is_true(value: JSONValue, parts: PointerParts) -> bool:
    """Tell whether a pointer leads to a value that is `true`."""
    return any(found is True for _, found in find(value, parts))


def _applies(one: EventName, value: JSONValue) -> bool:
    wanted = one.when is None or is_there(value, one.when)
    return wanted and not (one.unless is not None and is_there(value, one.unless))


def _events(frames: Sequence[SSEEvent | ArrayElement], stream: Stream) -> Iterator[StreamedEvent]:
    for index, frame in enumerate(frames):
        label = frame.name if isinstance(frame, SSEEvent) else None
        if stream.done is not None and frame.data == stream.done:
            yield StreamedEvent(
                index=index, name=DONE, label=label, value=None, line=frame.line, fault=None, complete=frame.complete
            )
            continue
        value = parse_json(frame.data.encode(), "the event's data")
        fault = value.reason if isinstance(value, Malformed) else None
        data = None if isinstance(value, Malformed) else value
        yield StreamedEvent(
            index=index,
            name=None if fault else name_event(stream, data),
            label=label,
            value=data,
            line=frame.line,
            fault=fault,
            complete=frame.complete,
        )
