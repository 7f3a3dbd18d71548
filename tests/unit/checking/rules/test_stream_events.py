from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.model import Code, JSONValue
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

Told = Callable[..., list[tuple[str, int | None, str]]]

PIECE: JSONValue = {"properties": {"type": {}, "n": {"type": "integer"}}, "required": ["n"]}


def test_each_event_keeps_the_schema_of_its_name(streamed: Told) -> None:
    events: list[Content] = [
        {"type": "piece", "n": 1},
        {"type": "other"},
        {"type": "piece", "n": "2"},
        {"type": "piece"},
    ]
    assert streamed("", ["piece", "other"], events, piece=PIECE) == [
        ("TC106", 2, "event 'piece': got string \"2\", the contract says integer"),
        ("TC106", 3, "event 'piece': 'n' is missing"),
    ]


def test_a_finding_says_where_the_event_and_its_schema_are(watch: Callable[..., Weather]) -> None:
    body = (
        b'event: x\ndata: {"type": "piece", "number": 1}\n\nevent: x\ndata: {"type": "piece",\ndata: "number_": 1}\n\n'
    )
    tape = exchanged(body, None, path="/watch", method="GET", answers="text/event-stream")
    weather = watch("", ["piece"], {"watch/piece.schema.json": {"required": ["number"]}})
    (finding,) = weather.findings(tape)
    assert (finding.code, finding.event, finding.line, finding.instance_path) == (Code.STREAM_EVENT, 1, 34, "")
    assert finding.schema_path == str(weather.folder / "weather/watch/piece.schema.json#/required")
    assert finding.hint == "'number_' is there: is 'number' meant?"


@pytest.mark.parametrize("event", [b"{}", b'{"type": 7}', b"[1]", b"null", b'"piece"'])
def test_an_event_that_cannot_be_named(streamed: Told, event: bytes) -> None:
    (found,) = streamed("", ["piece"], [{"type": "piece"}, event])
    assert found == ("TC106", 1, f"the event {event.decode()} is none that the contract can name")


def test_the_names_that_there_are_are_hinted_at(watch: Callable[..., Weather]) -> None:
    tape = exchanged(sse([{}]), None, path="/watch", method="GET", answers="text/event-stream")
    (finding,) = watch("", ["piece", "stop"]).findings(tape)
    assert finding.hint == "It names piece, stop."


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("piece", None),
        ("other", "the `event:` field says 'other', the data say 'piece'"),
        (None, "the `event:` field is absent, the data say 'piece'"),
    ],
)
def test_the_sse_field_repeats_the_name(watch: Callable[..., Weather], label: str | None, message: str | None) -> None:
    body = sse([{"type": "piece"}], [label])
    tape = exchanged(body, None, path="/watch", method="GET", answers="text/event-stream")
    found = watch('sse-event = "name"', ["piece"]).findings(tape)
    assert [(finding.code, finding.message) for finding in found] == ([(Code.STREAM_EVENT, message)] if message else [])


@pytest.mark.parametrize("label", ["piece", "other", None])
def test_without_such_a_promise_the_sse_field_says_nothing(watch: Callable[..., Weather], label: str | None) -> None:
    tape = exchanged(sse([{"type": "piece"}], [label]), None, path="/watch", method="GET", answers="text/event-stream")
    assert watch("", ["piece"]).findings(tape) == []


def test_the_closing_marker_needs_no_sse_field(streamed: Told) -> None:
    assert streamed('sse-event = "name"\ndone = "[DONE]"', ["piece"], [b"[DONE]"]) == []


def test_data_that_are_no_json(streamed: Told) -> None:
    found = streamed("", ["piece"], [b'{"type": "piece"', {"type": "piece"}])
    assert found == [("TC109", 0, "the event's data is not JSON: Expecting ',' delimiter at column 17")]


@pytest.mark.parametrize(
    ("body", "answers", "event", "line"),
    [
        (b'data: {"type": "piece"}\n\ndata: {"type": "pi', "text/event-stream", 1, 32),
        (b'[{"type": "piece"},\n{"type": "pi', "application/json", 1, 31),
    ],
    ids=["sse", "array"],
)
def test_a_stream_that_ends_within_an_event(
    watch: Callable[..., Weather], body: bytes, answers: str, event: int, line: int
) -> None:
    tape = exchanged(body, None, path="/watch", method="GET", answers=answers)
    (finding,) = watch('framings = ["sse", "json-array"]', ["piece"]).findings(tape)
    assert (finding.code, finding.event, finding.line) == (Code.STREAM_INCOMPLETE, event, line)
    assert finding.message == "the stream breaks off in the middle of an event"
    assert finding.hint == "The connection was lost, or the recording was cut: record it again."


def test_a_last_event_without_its_empty_line_counts_if_it_can_be_read(watch: Callable[..., Weather]) -> None:
    tape = exchanged(b'data: {"type": "piece"}', None, path="/watch", method="GET", answers="text/event-stream")
    assert watch("", ["piece"]).findings(tape) == []


def test_without_a_marker_an_event_called_done_has_a_schema(streamed: Told) -> None:
    found = streamed("", ["done"], [{"type": "done"}], done=PIECE)
    assert found == [("TC106", 0, "event 'done': 'n' is missing")]


def test_an_event_that_poses_as_the_marker_is_told(streamed: Told) -> None:
    found = streamed('done = "[DONE]"\norder = "piece* done"', ["piece"], [{"type": "done"}, b"[DONE]"])
    assert found == [("TC106", 0, 'the event {"type": "done"} is none that the contract can name')]
