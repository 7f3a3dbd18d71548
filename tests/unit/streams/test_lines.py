from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.errors import StreamError
from tapecheck.streams.lines import LineDecoder

if TYPE_CHECKING:
    from collections.abc import Sequence

BOM = b"\xef\xbb\xbf"


def lines(*chunks: bytes, max_line: int = 100) -> list[bytes]:
    decoder = LineDecoder(max_line=max_line)
    found = [line for chunk in chunks for line in decoder.feed(chunk)]
    last = decoder.close()
    if last is not None:
        found.append(last)
    assert [number for number, _ in found] == list(range(len(found)))
    return [line for _, line in found]


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([], []),
        ([b"a\nb\rc\r\nd"], [b"a", b"b", b"c", b"d"]),
        ([b"\n\r\r\n"], [b"", b"", b""]),
        ([b"a\r", b"\nb"], [b"a", b"b"]),
        ([b"a\r", b"", b"\nb"], [b"a", b"b"]),
        ([b"a\r", b"\n", b"\nb"], [b"a", b"", b"b"]),
        ([b"a\r", b"b\n"], [b"a", b"b"]),
        ([b"a", b"b", b"\n"], [b"ab"]),
        ([b"a\x0bb\x0cc\xc2\x85d\xe2\x80\xa8"], [b"a\x0bb\x0cc\xc2\x85d\xe2\x80\xa8"]),
    ],
    ids=[
        "none",
        "all ends",
        "empty lines",
        "CRLF cut",
        "CRLF cut, nothing between",
        "LF after CRLF",
        "CR only",
        "parts",
        "no ends",
    ],
)
def test_lines_end_in_cr_lf_or_both(chunks: Sequence[bytes], expected: list[bytes]) -> None:
    assert lines(*chunks) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([BOM + b"a\n"], [b"a"]),
        ([BOM[:1], BOM[1:], b"a\n"], [b"a"]),
        ([BOM + BOM + b"a\n"], [BOM + b"a"]),
        ([b"a\n" + BOM + b"b\n"], [b"a", BOM + b"b"]),
        ([BOM], [b""]),
    ],
    ids=["at the start", "cut", "two", "later", "alone"],
)
def test_one_leading_byte_order_mark_is_dropped(chunks: Sequence[bytes], expected: list[bytes]) -> None:
    assert lines(*chunks) == expected


def test_a_line_comes_as_soon_as_its_carriage_return() -> None:
    assert list(LineDecoder(max_line=9).feed(b"a\r")) == [(0, b"a")]


@pytest.mark.parametrize("chunks", [[b"1234\n12345\n"], [b"1234\n123", b"45"]], ids=["at once", "in parts"])
def test_a_line_that_is_too_long_is_reported(chunks: Sequence[bytes]) -> None:
    with pytest.raises(StreamError, match=r"line 2 .* at most max_line = 4 bytes") as caught:
        lines(*chunks, max_line=4)
    assert caught.value.line == 2


@given(st.lists(st.text("ab:\x00é", max_size=5).map(str.encode)), st.lists(st.sampled_from([b"\n", b"\r\n", b"\r"])))
def test_whatever_ends_them_lines_come_back(parts: list[bytes], ends: list[bytes]) -> None:
    ended = list(zip(parts, ends, strict=False))
    # A CR before an empty line that ends in LF would be one CRLF.
    body = b"".join(part + (b"\r\n" if end == b"\r" else end) for part, end in ended)
    assert lines(body) == [part for part, _ in ended]
    assert lines(*(bytes((byte,)) for byte in body)) == [part for part, _ in ended]
