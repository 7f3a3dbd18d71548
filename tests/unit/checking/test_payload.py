from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.checking.payload import (
    DONE,
    Document,
    EventStream,
    Malformed,
    Nothing,
    Payload,
    StreamedEvent,
    is_there,
    is_true,
    media_type,
    name_event,
    named_media_type,
    read_document,
    read_stream,
)
from tapecheck.contracts import Stream
from tapecheck.model import Body, JSONValue
from tests.unit.checking.conftest import Weather


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("application/json", "application/json"),
        (" Application/JSON ; charset=utf-8", "application/json"),
        ("text/event-stream;charset=utf-8", "text/event-stream"),
        ("application/problem+json", "application/problem+json"),
        (None, None),
        ("", None),
        ("REDACTED", None),
        ("application/json, text/html", None),
    ],
)
def test_a_header_names_a_media_type(header: str | None, named: str | None) -> None:
    assert named_media_type(header) == named


@pytest.mark.parametrize(
    ("header", "content", "media"),
    [
        ("text/html", b"{}", "text/html"),
        (None, b" \n{}", "application/json"),
        ("**", b"[1]", "application/json"),
        (None, b"data: {}\n\n", "text/event-stream"),
        (None, b"event: a\ndata: {}\n\n", "text/event-stream"),
        (None, b": a comment\n\n", "text/event-stream"),
        (None, b"<html>", None),
        (None, b'"text"', None),
        (None, b"", None),
    ],
)
def test_a_body_without_a_media_type_is_what_it_looks_like(
    header: str | None, content: bytes, media: str | None
) -> None:
    assert media_type(header, Body(content=content)) == media


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (Body(), Nothing()),
        (Body(content=b" \r\n"), Nothing()),
        (Body(content=b"null"), Document(value=None)),
        (
            Body(content=b"{"),
            Malformed(reason="the body is not JSON: Expecting property name enclosed in double quotes at column 2"),
        ),
        (Body(content=b"\x1f\x8b", problem="no valid gzip"), Malformed(reason="no valid gzip")),
    ],
    ids=["empty", "blank", "null", "cut", "compressed"],
)
def test_a_body_is_a_document_nothing_or_malformed(body: Body, payload: Payload) -> None:
    assert read_document(body) == payload


# Streams --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stream(watch: Callable[..., Weather]) -> Callable[..., Stream]:
    """Declare a stream with the events `a` and `b`."""

    def declared(settings: str = "", events: tuple[str, ...] = ("a", "b")) -> Stream:
        (contract,) = watch(settings, events).contracts
        (stream,) = [one.stream for one in contract.operations if one.stream]
        return stream

    return declared


def read(stream: Stream, content: bytes, framing: str = "sse") -> tuple[StreamedEvent, ...]:
    payload = read_stream(Body(content=content), framing, stream)
    assert isinstance(payload, EventStream)
    return payload.events


def test_events_have_a_name_a_label_a_line_and_data(stream: Callable[..., Stream]) -> None:
    body = b'event: x\ndata: {"type": "a"}\n\n: comment\n\ndata: {"type":\ndata: "b"}\n\ndata: [DONE]\n\n'
    first, second, last = read(stream('done = "[DONE]"'), body)
    assert (first.name, first.label, first.value, first.line, first.fault) == ("a", "x", {"type": "a"}, 1, None)
    assert (second.name, second.label, second.index, second.line) == ("b", None, 1, 5)
    assert (last.name, last.value, last.is_marker, last.complete) == (DONE, None, True, True)


def test_an_event_that_is_not_json_has_no_name(stream: Callable[..., Stream]) -> None:
    broken, half = read(stream(), b'data: {"type"}\n\ndata: {"ty')
    assert (broken.name, broken.fault, broken.complete) == (
        None,
        "the event's data is not JSON: Expecting ':' delimiter at column 8",
        True,
    )
    assert half.fault is not None
    assert not half.complete


def test_elements_of_an_array_are_events(stream: Callable[..., Stream]) -> None:
    first, second = read(stream(), b'[{"type": "a"},\n\n{"type": "b"}]', "json-array")
    assert (first.name, first.line, first.label) == ("a", 0, None)
    assert (second.name, second.line) == ("b", 2)


@pytest.mark.parametrize(
    ("content", "count", "closed"), [(b'[{"type": "a"}]', 1, True), (b'[{"type": "a"},', 1, False), (b"[{", 1, False)]
)
def test_an_array_that_is_not_closed(stream: Callable[..., Stream], content: bytes, count: int, closed: bool) -> None:
    payload = read_stream(Body(content=content), "json-array", stream())
    assert isinstance(payload, EventStream)
    assert (len(payload.events), payload.closed) == (count, closed)


@pytest.mark.parametrize(
    ("body", "framing", "payload"),
    [
        (Body(content=b"\n"), "sse", Nothing()),
        (Body(content=b"x", problem="no valid br"), "sse", Malformed(reason="no valid br")),
        (Body(content=b"data: 1\n\ndata: \xff\n\n"), "sse",
         Malformed(reason="line 3 of the body is not UTF-8: got byte 0xFF, invalid start byte", line=2)),
        (Body(content=b"\n{}"), "json-array",
         Malformed(reason="line 2 of the body is not part of a JSON array: got '{', expected '['", line=1)),
    ],
    ids=["empty", "compressed", "no UTF-8", "no array"],
)  # fmt: skip
def test_a_body_that_is_no_stream(stream: Callable[..., Stream], body: Body, framing: str, payload: Payload) -> None:
    assert read_stream(body, framing, stream()) == payload


@pytest.mark.parametrize(
    ("value", "name"),
    [({"type": "a"}, "a"), ({"type": "new"}, "new"), ({"type": 1}, None), ({}, None), ([1], None), (None, None)],
)
def test_a_pointer_names_events(stream: Callable[..., Stream], value: JSONValue, name: str | None) -> None:
    assert name_event(stream(), value) == name


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"error": {}}, "error"),
        ({"error": None, "usage": 1}, "usage"),
        ({"usage": 1, "choices": [{}]}, "chunk"),
        ({"usage": 1, "choices": [None]}, "usage"),
        ({}, None),
    ],
)
def test_a_list_of_conditions_names_events(stream: Callable[..., Stream], value: JSONValue, name: str | None) -> None:
    names = """name = [
      { name = "error", when = "/error" },
      { name = "usage", when = "/usage", unless = "/choices/0" },
      { name = "chunk", when = "/choices/*" },
    ]"""
    assert name_event(stream(names, ("error", "usage", "chunk")), value) == name


def test_no_event_passes_for_the_marker(stream: Callable[..., Stream]) -> None:
    (posing,) = read(stream('done = "[DONE]"'), b'data: {"type": "done"}\n\n')
    assert (posing.name, posing.is_marker) == (None, False)


def test_without_a_marker_an_event_may_be_called_done(stream: Callable[..., Stream]) -> None:
    (event,) = read(stream("", ("a", "done")), b'data: {"type": "done"}\n\n')
    assert (event.name, event.is_marker) == ("done", False)


def test_pointers_lead_to_something_or_to_true() -> None:
    value: JSONValue = {"a": [None, {"b": True}], "c": 1, "d": None}
    assert is_there(value, ("a", "*", "b"))
    assert is_there(value, ("c",))
    assert not is_there(value, ("d",))
    assert is_true(value, ("a", "*", "b"))
    assert not is_true(value, ("c",))
