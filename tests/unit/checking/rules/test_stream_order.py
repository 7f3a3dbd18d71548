from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.model import Code, JSONValue, Side
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

Told = Callable[..., list[tuple[str, int | None, str]]]

EVENTS = ("open", "piece", "close", "ping", "error")
ORDER = 'order = "open piece* close"\nanywhere = ["ping"]\nfailures = ["error"]\n'


def events(names: str) -> list[Content]:
    return [b"[DONE]" if name == "DONE" else {"type": name} for name in names.split()]


@pytest.mark.parametrize(
    "names",
    ["open close", "open piece piece close", "ping open ping piece ping close ping", "open error", "error",
     "open close error", "open new piece close"],
)  # fmt: skip
def test_streams_in_order(streamed: Told, names: str) -> None:
    assert [code for code, _, _ in streamed(ORDER, EVENTS, events(names)) if code != "TC203"] == []


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("open open close", [(1, "the event 'open' is out of order, expected piece or close")]),
        ("piece close", [(0, "the event 'piece' is out of order, expected open")]),
        ("open close open close", [(2, "the event 'open' is out of order, expected the end")]),
        ("close open close", [(0, "the event 'close' is out of order, expected open"),
                              (1, "the event 'open' is out of order, expected the end")]),
        ("open error piece error ping", [(2, "the event 'piece' comes after the stream has failed"),
                                         (4, "the event 'ping' comes after the stream has failed")]),
    ],
)  # fmt: skip
def test_events_out_of_order(streamed: Told, names: str, found: list[tuple[int, str]]) -> None:
    assert streamed(ORDER, EVENTS, events(names)) == [("TC107", index, message) for index, message in found]


def test_after_an_event_out_of_order_the_stream_goes_on_from_there(streamed: Told) -> None:
    assert streamed(ORDER, EVENTS, events("open close piece close")) == [
        ("TC107", 2, "the event 'piece' is out of order, expected the end")
    ]
    assert [code for code, _, _ in streamed(ORDER, EVENTS, events("open close piece"))] == ["TC107", "TC108"]


@pytest.mark.parametrize(
    ("names", "event", "message"),
    [
        ("open", 0, "the stream stops behind 'open'; still to come: piece or close"),
        ("open piece ping", 2, "the stream stops behind 'ping'; still to come: piece or close"),
        ("ping", 0, "the stream stops behind 'ping'; still to come: open"),
    ],
)
def test_a_stream_that_stops_early(streamed: Told, names: str, event: int, message: str) -> None:
    assert streamed(ORDER, EVENTS, events(names)) == [("TC108", event, message)]


def test_an_event_that_cannot_be_read_is_passed_over(streamed: Told) -> None:
    found = streamed(ORDER, EVENTS, [{"type": "open"}, b"{", {"type": "close"}])
    assert [(code, event) for code, event, _ in found] == [("TC109", 1)]
    found = streamed(ORDER, EVENTS, [{"type": "open"}, b"{"])
    assert found[-1] == ("TC108", 1, "the stream stops; still to come: piece or close")


def test_half_an_event_at_the_end_is_told_once(watch: Callable[..., Weather]) -> None:
    body = sse([{"type": "open"}]) + b'data: {"type"'
    tape = exchanged(body, None, path="/watch", method="GET", answers="text/event-stream")
    (finding,) = watch(ORDER, EVENTS).findings(tape)
    assert finding.message == "the stream breaks off in the middle of an event"


MARKED = 'order = "open close done"\ndone = "[DONE]"\nfailures = ["error"]\n'


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("open close DONE", []),
        ("open error DONE", []),
        ("open error", []),
        ("open close", [("TC108", 1, "the stream stops behind 'close'; still to come: done")]),
        ("open DONE", [("TC107", 1, "the event 'done' is out of order, expected close")]),
        ("open close DONE DONE", [("TC107", 3, "the event 'done' is out of order, expected the end")]),
    ],
)
def test_the_marker_has_its_place(streamed: Told, names: str, found: list[tuple[str, int, str]]) -> None:
    assert streamed(MARKED, EVENTS, events(names)) == found


@pytest.mark.parametrize("body", [b"", b"\n\n"])
def test_an_empty_body_is_no_stream(watch: Callable[..., Weather], body: bytes) -> None:
    tape = exchanged(body, None, path="/watch", method="GET", answers="text/event-stream")
    (finding,) = watch(ORDER, EVENTS).findings(tape)
    assert (finding.code, finding.side, finding.line) == (Code.STREAM_INCOMPLETE, Side.RESPONSE, 30)
    assert (finding.message, finding.event) == ("the stream is empty", None)
    assert finding.hint == "The connection was lost, or the recording was cut: record it again."


def test_comments_alone_are_no_stream(watch: Callable[..., Weather]) -> None:
    tape = exchanged(b": keep alive\n\n", None, path="/watch", method="GET", answers="text/event-stream")
    (finding,) = watch(ORDER, EVENTS).findings(tape)
    assert (finding.line, finding.message) == (30, "the stream stops; still to come: open")


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        (b'[{"type": "open"},\n{"type": "close"}]', None, 0),
        (b'[{"type": "open"},\n{"type": "close"}', "the stream stops behind 'close'; still to come: ]", 31),
        (b'[{"type": "open"},\n', "the stream stops behind 'open'; still to come: piece or close", 30),
        (b"[]", "the stream stops; still to come: open", 30),
    ],
    ids=["whole", "open", "cut", "empty"],
)
def test_an_array_is_to_be_closed(watch: Callable[..., Weather], body: bytes, message: str | None, line: int) -> None:
    tape = exchanged(body, None, path="/watch", method="GET")
    found = watch(ORDER + 'framings = ["json-array"]', EVENTS).findings(tape)
    assert [(one.code, one.message, one.line) for one in found] == (
        [(Code.STREAM_INCOMPLETE, message, line)] if message else []
    )


def test_errors_have_no_order(watch: Callable[..., Weather]) -> None:
    tape = exchanged({"error": "x"}, None, path="/watch", method="GET", status=400)
    assert [one.code for one in watch(ORDER, EVENTS).findings(tape)] == [Code.STATUS]


DEMANDING = """
[operations.report.stream]
asked-by = "/stream"
events = "watch"
name = "/type"
order = "piece* usage?"
demanded = [{ event = "usage", when = "/options/usage" }]
"""


@pytest.mark.parametrize(
    ("options", "names", "missing"),
    [
        ({"usage": True}, "piece", True),
        ({"usage": True}, "piece usage", False),
        ({"usage": False}, "piece", False),
        ({}, "piece", False),
    ],
)
def test_an_event_may_be_asked_for(
    write: Callable[..., Weather], options: JSONValue, names: str, missing: bool
) -> None:
    schemas: dict[str, JSONValue] = {
        "watch/piece.schema.json": {},
        "watch/usage.schema.json": {},
        "report/request.schema.json": {},
    }
    request: JSONValue = {"stream": True, "options": options}
    found = write(DEMANDING, schemas).findings(exchanged(sse(events(names)), request, answers="text/event-stream"))
    message = "the request asks for the event 'usage', and it never came"
    assert [(one.code, one.message, one.line) for one in found] == [(Code.STREAM_INCOMPLETE, message, 30)] * missing
