from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.model import Code, JSONValue, Side
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

JSON, SSE = "application/json", "text/event-stream"


def told(weather: Weather, response: Content, request: Content = b'{"city": "Oslo"}', **options: object) -> list[str]:
    tape = exchanged(response, request, **options)  # type: ignore[arg-type]
    return [finding.message for finding in weather.findings(tape) if finding.code is Code.CONTENT_TYPE]


@pytest.mark.parametrize("answers", [JSON, "application/json; charset=utf-8", None, "REDACTED"])
@pytest.mark.parametrize("asks", [JSON, "APPLICATION/JSON", None])
def test_json_is_what_operations_take_and_give(weather: Weather, answers: str | None, asks: str | None) -> None:
    assert told(weather, {"id": "1"}, answers=answers, asks=asks) == []


def test_another_type_is_told_for_each_side(weather: Weather) -> None:
    answer, question = weather.findings(exchanged({"id": "1"}, answers="text/html", asks="text/xml"))[::-1]
    assert (question.code, question.side, question.line) == (Code.CONTENT_TYPE, Side.REQUEST, 5)
    assert question.message == "the request's content type is 'text/xml', the operation takes 'application/json'"
    assert (answer.code, answer.side, answer.line) == (Code.CONTENT_TYPE, Side.RESPONSE, 5)
    assert answer.message == "the response's content type is 'text/html', the operation answers with 'application/json'"
    assert answer.hint is None


def test_without_a_body_a_type_says_nothing(weather: Weather) -> None:
    assert told(weather, None, answers="text/html") == []


def test_an_operation_that_takes_no_body_is_not_asked_for_the_type_of_it(watch: Callable[..., Weather]) -> None:
    assert told(watch("", ["a"]), sse([]), None, path="/watch", method="GET", asks="text/xml") == []


@pytest.mark.parametrize(
    ("body", "answers", "messages"),
    [
        ({"error": "x"}, "text/html", []),
        ({"error": "x"}, SSE, []),
        ("oops", "text/plain", []),
        (
            b"<html>",
            "text/html",
            ["the response's content type is 'text/html', the operation answers with 'application/json'"],
        ),
    ],
    ids=["JSON as HTML", "JSON as events", "words", "HTML"],
)
def test_errors_are_labelled_at_will_as_long_as_they_can_be_read(
    weather: Weather, body: Content, answers: str, messages: list[str]
) -> None:
    assert told(weather, body, answers=answers, status=503) == messages


def test_a_stream_has_the_type_of_its_framing(watch: Callable[..., Weather]) -> None:
    weather = watch('framings = ["sse", "json-array"]', ["a"])
    events: JSONValue = [{"type": "a"}]
    assert told(weather, sse([{"type": "a"}]), None, path="/watch", method="GET", answers=SSE) == []
    assert told(weather, events, None, path="/watch", method="GET", answers=JSON) == []
    (finding,) = weather.findings(exchanged(b"<html>", None, path="/watch", method="GET", answers="text/html"))[:1]
    wanted = "'text/event-stream' or 'application/json'"
    assert finding.message == f"the response's content type is 'text/html', the operation answers with {wanted}"
    assert finding.hint == "The request asks for a stream."


def test_events_that_nobody_asked_for(write: Callable[..., Weather]) -> None:
    stream = '[operations.report.stream]\nasked-by = "/stream"\nevents = "watch"\nname = "/type"\norder = "a*"\n'
    weather = write(stream, {"watch/a.schema.json": {}})
    wanted = "the response's content type is 'text/event-stream', the operation answers with 'application/json'"
    assert told(weather, sse([{"type": "a"}]), answers=SSE) == [wanted]
