from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.checking.exchange import Outcome
from tapecheck.checking.payload import Document, EventStream, Malformed, Nothing, Payload, Words
from tapecheck.model import JSONValue
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

STREAM = """
[operations.report.stream]
asked-by = "/stream"
framings = ["sse", "json-array"]
events = "watch"
name = "/type"
order = "a*"
"""
EVENTS: list[JSONValue] = [{"type": "a"}, {"type": "a"}]
SSE, JSON = "text/event-stream", "application/json"


@pytest.fixture
def both(write: Callable[..., Weather]) -> Weather:
    """An operation that streams if it is asked to."""
    return write(STREAM, {"watch/a.schema.json": {}})


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Outcome.DOCUMENT),
        (299, Outcome.DOCUMENT),
        (301, Outcome.ERROR),
        (400, Outcome.ERROR),
        (500, Outcome.ERROR),
    ],
)
def test_the_status_tells_answers_from_errors(weather: Weather, status: int, expected: Outcome) -> None:
    assert weather.exchange(exchanged({"id": "1"}, status=status)).expected is expected


def test_a_status_that_is_declared_as_a_success_is_one(write: Callable[..., Weather]) -> None:
    redirecting = write('\n[operations.go]\nsummary = "s"\nmethod = "GET"\npath = "/go"\nsuccess = [302]\n'
                        'response = "report/response.schema.json"\n')  # fmt: skip
    assert redirecting.exchange(exchanged(None, path="/go", method="GET", status=302)).expected is Outcome.DOCUMENT


@pytest.mark.parametrize(
    ("request_body", "answers", "expected"),
    [
        ({"stream": True}, SSE, Outcome.STREAM),
        ({"stream": True}, JSON, Outcome.STREAM),
        ({"stream": False}, SSE, Outcome.DOCUMENT),
        ({"stream": "true"}, SSE, Outcome.DOCUMENT),
        ({}, SSE, Outcome.DOCUMENT),
        (None, SSE, Outcome.STREAM),
        (b"no JSON", SSE, Outcome.STREAM),
        (b"no JSON", JSON, Outcome.DOCUMENT),
    ],
    ids=["asked", "asked, JSON", "not asked", "no boolean", "absent", "no body", "unreadable", "unreadable, JSON"],
)
def test_the_request_asks_for_a_stream(both: Weather, request_body: Content, answers: str, expected: Outcome) -> None:
    assert both.exchange(exchanged(sse(EVENTS), request_body, answers=answers)).expected is expected


def test_without_a_field_that_asks_every_success_is_a_stream(watch: Callable[..., Weather]) -> None:
    tape = exchanged(None, None, path="/watch", method="GET", answers=None)
    assert watch("", ["a"]).exchange(tape).expected is Outcome.STREAM


@pytest.mark.parametrize(
    ("body", "answers", "status", "asked", "payload"),
    [
        (sse(EVENTS), SSE, 200, True, EventStream),
        (sse(EVENTS), SSE, 200, False, EventStream),
        (sse(EVENTS), None, 200, True, EventStream),
        (EVENTS, JSON, 200, True, EventStream),
        (EVENTS, JSON, 200, False, Document),
        ({"error": "x"}, SSE, 400, True, Document),
        (sse(EVENTS), SSE, 400, True, Malformed),
        ("oops", "text/plain", 400, True, Words),
        ("oops", "text/html", 400, True, Document),
        (b"oops", "text/plain", 200, False, Malformed),
        (None, SSE, 200, True, Nothing),
    ],
    ids=["events", "unasked", "no header", "array", "unasked array", "error", "error as events", "error in words",
         "error in undeclared words", "answer in words", "nothing"],
)  # fmt: skip
def test_a_response_is_read_by_its_media_type(
    both: Weather, body: Content, answers: str | None, status: int, asked: bool, payload: type[Payload]
) -> None:
    tape = exchanged(body, {"city": "Oslo", "stream": asked}, answers=answers, status=status)
    assert type(both.exchange(tape).response) is payload


def test_a_framing_that_is_not_declared_is_not_tried(watch: Callable[..., Weather]) -> None:
    tape = exchanged(EVENTS, None, path="/watch", method="GET")
    assert isinstance(watch("", ["a"]).exchange(tape).response, Document)
    tape = exchanged(sse(EVENTS), None, path="/watch", method="GET", answers=SSE)
    assert isinstance(watch('framings = ["json-array"]', ["a"]).exchange(tape).response, Malformed)
