from __future__ import annotations

import pytest

from tapecheck.cassettes.normalising import normalise
from tapecheck.model import Body, Headers, Interaction, Request, Response


def exchange(
    content: bytes, *fields: tuple[str, str], status: int = 200, method: str = "POST", problem: str | None = None
) -> Interaction:
    return Interaction(
        index=0,
        line=1,
        request=Request(method=method, uri="http://host/"),
        response=Response(status=status, headers=Headers(fields), body=Body(content=content, problem=problem)),
    )


def body(content: bytes, media_type: str | None) -> bytes:
    fields = [] if media_type is None else [("Content-Type", media_type)]
    return normalise(exchange(content, *fields)).response.body.content


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/problem+json; charset=utf-8", "TEXT/JSON", None, "**REDACTED**"]
)
def test_json_is_indented(media_type: str | None) -> None:
    assert body(b'{"a":1.0,"a":[]}', media_type) == b'{\n  "a": 1.0,\n  "a": []\n}'


@pytest.mark.parametrize("media_type", ["text/plain", "application/jsonl", "application/octet-stream"])
def test_what_is_said_to_be_something_else_is_left_alone(media_type: str) -> None:
    assert body(b'{"a":1}', media_type) == b'{"a":1}'


@pytest.mark.parametrize("content", [b"not json", b"{broken", b"\xff\xfe", b""])
def test_what_is_no_json_is_left_alone(content: bytes) -> None:
    assert body(content, "application/json") == content
    assert body(content, None) == content


def test_unprintable_characters_in_json_become_escapes() -> None:
    assert body('["\u2028"]'.encode(), "application/json") == b'[\n  "\\u2028"\n]'


def test_line_ends_of_event_streams_become_lf() -> None:
    assert body(b"data: 1\r\n\rdata: 2\n\n", "text/event-stream; charset=utf-8") == b"data: 1\n\ndata: 2\n\n"
    assert body(b"a\r\n", "text/plain") == b"a\r\n"


def test_fields_are_sorted_and_joined_and_speak_of_the_body_as_written() -> None:
    fields = [
        ("X-b", "1"),
        ("Transfer-Encoding", "chunked"),
        ("content-LENGTH", "9"),
        ("Content-Encoding", "gzip"),
        ("a", "2"),
        ("x-B", "3"),
        ("Content-Length", "9"),
    ]
    after = normalise(exchange(b"text", *fields)).response.headers
    assert list(after) == [("a", "2"), ("content-LENGTH", "4"), ("X-b", "1"), ("X-b", "3")]


def test_a_body_that_could_not_be_unpacked_keeps_its_encoding() -> None:
    after = normalise(exchange(b'{"a":1}', ("Content-Encoding", "br"), problem="broken")).response
    assert after.body.content == b'{"a":1}'
    assert after.headers.get("content-encoding") == "br"


@pytest.mark.parametrize(("status", "method"), [(304, "GET"), (204, "POST"), (200, "HEAD")])
def test_the_length_of_a_body_that_is_not_sent_stays(status: int, method: str) -> None:
    after = normalise(exchange(b"", ("content-length", "99"), status=status, method=method))
    assert after.response.headers.get("content-length") == "99"


def test_doing_it_twice_changes_nothing() -> None:
    once = normalise(exchange(b'{"a":"\x7f"}', ("b", "1"), ("A", "2"), ("content-length", "1")))
    assert normalise(once) == once
