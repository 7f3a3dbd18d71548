from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.errors import StreamError
from tapecheck.streams.sse import SSEDecoder, SSEEvent, decode

if TYPE_CHECKING:
    from collections.abc import Callable


def event(
    data: str, line: int = 0, *, name: str | None = None, event_id: str | None = None, complete: bool = True
) -> SSEEvent:
    return SSEEvent(name, data, event_id, None, line, complete)


# The first four are the examples of the standard, 9.2.6.
@pytest.mark.parametrize(
    ("body", "events"),
    [
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [event("YHOO\n+2\n10")]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            [event("first event", 2, event_id="1"), event("second event", 5, event_id=""), event(" third event", 8)],
        ),
        ("data\n\ndata\ndata\n\ndata:", [event(""), event("\n", 2), event("", 5, complete=False)]),
        ("data:test\n\ndata: test\n\n", [event("test"), event("test", 2)]),
        ("event: a\ndata: 1\n\ndata: 2\n\n", [event("1", 1, name="a"), event("2", 3)]),
        ("event: a\nevent: b\ndata: 1\n\n", [event("1", 2, name="b")]),
        ("event: a\nevent\ndata: 1\n\n", [event("1", 2)]),
        ("event: a\n\ndata: 1\n\n", [event("1", 2)]),
        ("id: a\0b\ndata: 1\n\n", [event("1", 1)]),
        ("data: a:b: c\n\n", [event("a:b: c")]),
        ("data:\ta \n\n", [event("\ta ")]),
        ("Data: a\n data: b\nother: c\nother\n\n", []),
        ("data: a\n: note\ndata: b\n\n", [event("a\nb")]),
        ("data: \ufeffa\n\n", [event("\ufeffa")]),
        ("\ufeffdata: a\n\n", [event("a")]),
        ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", [event("a"), event("b", 2), event("c", 4)]),
        ("\n\n\n", []),
        ("", []),
    ],
)
def test_streams_are_interpreted_as_the_standard_says(body: str, events: list[SSEEvent]) -> None:
    assert decode(body.encode()) == tuple(events)


@pytest.mark.parametrize(
    ("value", "retry"),
    [
        ("3000", 3000),
        ("007", 7),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("1s", None),
        ("\u0663", None),
        ("\u00b2", None),
        ("9" * 5000, None),
    ],
)
def test_retry_takes_digits_only(value: str, retry: int | None) -> None:
    assert decode(f"retry: {value}\ndata: 1\n\n".encode()) == (SSEEvent(None, "1", None, retry, 1),)


@pytest.mark.parametrize(
    ("tail", "last"),
    [
        ("data: 2", event("2", 2, complete=False)),
        ("data: 2\n", event("2", 2, complete=False)),
        ("event: a\n", event("", 2, name="a", complete=False)),
        ("id: 7\nda", event("", 2, event_id="7", complete=False)),
        (": note\nevent: a\ndata: 2\n", event("2", 4, name="a", complete=False)),
        ("{}", event("", 2, complete=False)),
    ],
)
def test_an_event_without_its_empty_line_is_not_complete(tail: str, last: SSEEvent) -> None:
    assert decode(b"data: 1\n\n" + tail.encode()) == (event("1"), last)


@pytest.mark.parametrize("body", [": note", ": note\n", "\ufeff", "\ufeff: note"])
def test_comments_at_the_end_make_no_event(body: str) -> None:
    assert decode(body.encode()) == ()


def test_a_character_that_the_body_ends_within_is_left_out() -> None:
    assert decode("data: 5 €".encode()[:-1]) == (event("5 ", complete=False),)


def test_nothing_is_left_after_the_end() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: 1") == []
    assert decoder.close() == event("1", complete=False)
    assert decoder.close() is None


def test_comments_are_counted() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b": one\n:\ndata: a\n:three\n\n:") == [event("a", 2)]
    assert decoder.comments == 3
    assert decoder.close() is None
    assert decoder.comments == 4


@pytest.mark.parametrize(
    ("body", "line"),
    [(b"data: 1\n\ndata: \xff\n\n", 3), (b": \xff\n", 1), (b"data: 1\r\n\r\nother\xe2\x82\r\n", 3), (b"data: \xff", 1)],
    ids=["data", "comment", "cut character within the body", "unfinished line"],
)
def test_what_is_not_utf8_is_an_error(body: bytes, line: int) -> None:
    with pytest.raises(StreamError, match=f"line {line} of the body is not UTF-8") as caught:
        decode(body)
    assert caught.value.line == line


def test_events_before_an_error_are_not_lost() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: 1\n\ndata: \xff\n\ndata: 2\n\n") == [event("1")]
    with pytest.raises(StreamError, match="line 3"):
        decoder.close()


def test_a_line_that_is_too_long_is_an_error() -> None:
    with pytest.raises(StreamError, match="max_line = 8"):
        SSEDecoder(max_line=8).feed(b"data: 123")


def test_an_event_that_is_too_long_is_an_error() -> None:
    decoder = SSEDecoder(max_event=16)
    assert decoder.feed(b"data: 12\ndata: 12\n:not counted\n\n") == [event("12\n12")]
    with pytest.raises(StreamError, match=r"event on line 5 .* max_event = 16 bytes, got more by line 7") as caught:
        decoder.feed(b"data: 12\ndata: 12\ndata\n")
    assert caught.value.line == 7


def test_events_are_values() -> None:
    one = event("1")
    assert {one, replace(one)} == {one}
    with pytest.raises(FrozenInstanceError):
        one.data = "2"  # type: ignore[misc]


SOUP = st.lists(
    st.sampled_from(
        [
            "\n",
            "\n",
            "\r",
            "\r\n",
            "data",
            "data: ",
            "event:",
            "id: ",
            "retry: 12",
            ":",
            " ",
            "x",
            "é€😀",
            "\0",
            "\ufeff",
        ]
    )
).map(lambda parts: "".join(parts).encode())


@given(st.one_of(SOUP, st.tuples(SOUP, st.binary(max_size=3), SOUP).map(b"".join)), st.lists(st.integers(min_value=0)))
def test_the_result_does_not_depend_on_how_the_body_is_cut(
    drain: Callable[..., tuple[list[SSEEvent], object]], body: bytes, places: list[int]
) -> None:
    def decoder() -> SSEDecoder:
        return SSEDecoder(max_line=24, max_event=48)

    whole = drain(decoder(), body, [])
    assert drain(decoder(), body, places) == whole
    assert drain(decoder(), body, range(len(body))) == whole


@given(
    st.lists(st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8")), min_size=1)),
    st.sampled_from(["\n", "\r", "\r\n"]),
)
def test_what_is_written_as_events_is_read_back(written: list[list[str]], end: str) -> None:
    body = "".join("".join(f"data: {line}{end}" for line in lines) + end for lines in written)
    events = decode(body.encode())
    assert [event.data for event in events] == ["\n".join(lines) for lines in written]
    assert all(event.complete for event in events)


@given(SOUP)
def test_the_line_of_an_event_with_data_holds_a_data_field(body: bytes) -> None:
    lines = body.decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for found in decode(body):
        assert lines[found.line].startswith("data") or not found.complete
