from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.faults.frames import events, framed, pieces
from tapecheck.streams import decode, decode_array

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@given(
    st.lists(st.builds("{}: {}".format, st.sampled_from(["data", "event", "", "id"]), TEXTS), max_size=8), st.booleans()
)
def test_pieces_of_sse_joined_are_the_body(lines: list[str], ended: bool) -> None:
    body = ("\n\n".join(lines) + "\n\n" * ended).encode()
    assert b"".join(pieces(body, "sse")) == body
    assert b"".join(framed(events(body, "sse"), "sse")) == b"".join(
        piece for piece in pieces(body, "sse") if piece.startswith(b"data:")
    )


@given(st.lists(st.dictionaries(TEXTS, TEXTS, max_size=3), max_size=5), st.sampled_from([None, 1]))
def test_pieces_of_an_array_joined_are_the_body(values: list[dict[str, str]], indent: int | None) -> None:
    body = json.dumps(values, indent=indent, ensure_ascii=False).encode()
    assert b"".join(pieces(body, "json-array")) == body
    assert json.loads(b"".join(framed(events(body, "json-array"), "json-array"))) == values


def test_one_piece_for_each_event() -> None:
    assert pieces(b"data: 1\r\n\r\n: hush\n\ndata: 2", "sse") == (b"data: 1\r\n\r\n", b": hush\n\n", b"data: 2")
    assert pieces(b'[{"a": [1]}\n,\n{"b": 2}\n]\n', "json-array") == (b'[{"a": [1]}', b'\n,\n{"b": 2}', b"\n]\n")


@pytest.mark.parametrize("body", [b'[{"a": 1}, {"b"', b"no array", b""])
def test_a_broken_array_loses_nothing(body: bytes) -> None:
    assert b"".join(pieces(body, "json-array")) == body


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["data: 1", "data", "event: a", ": hush", "", "id: 3", "\ufeff"]),
            st.sampled_from(["\n", "\r", "\r\n"]),
        ),
        max_size=12,
    )
)
def test_events_are_those_of_the_decoder_whatever_ends_their_lines(lines: list[tuple[str, str]]) -> None:
    body = "".join(line + end for line, end in lines).encode()
    assert b"".join(pieces(body, "sse")) == body
    assert len(events(body + b"\n\n", "sse")) == len(decode(body + b"\n\n"))


def test_lines_may_end_in_several_ways() -> None:
    body = b"event: a\rdata: 1\r\rdata: 2\n\r\ndata: 3\r\n\ndata"
    assert pieces(body, "sse") == (b"event: a\rdata: 1\r\r", b"data: 2\n\r\n", b"data: 3\r\n\n", b"data")
    assert events(body, "sse") == list(pieces(body, "sse"))


def test_comments_are_no_events() -> None:
    assert events(b": hush\n\nevent: a\ndata: 1\n\nid: 3\n\n", "sse") == [b"event: a\ndata: 1\n\n"]


def test_framing_can_be_left_open() -> None:
    assert framed([b"1", b"2"], "json-array", closed=False) == (b"[1", b",\n2")
    assert framed([], "json-array") == (b"[", b"]")
    assert len(decode_array(b"".join(framed([b"1", b"2"], "json-array")))) == 2
    assert len(decode(b"".join(framed([b"data: 1\n\n"], "sse")))) == 1
