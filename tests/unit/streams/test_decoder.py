from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.errors import StreamError
from tapecheck.streams.decoder import Decoder, utf8

if TYPE_CHECKING:
    from collections.abc import Iterator


class Letters(Decoder[str]):
    """Every byte is an item; an exclamation mark is an error, as is an end after a question mark."""

    last = ""

    def _read(self, chunk: bytes) -> Iterator[str]:
        for letter in chunk.decode():
            if letter == "!":
                raise StreamError("got '!', expected a letter", line=1)
            self.last = letter
            yield letter

    def _end(self) -> str | None:
        if self.last == "?":
            raise StreamError("got '?' at the end, expected a letter", line=1)
        return None


def test_items_come_as_they_are_completed() -> None:
    decoder = Letters()
    assert decoder.feed(b"ab") == ["a", "b"]
    assert decoder.feed(b"") == []
    assert decoder.close() is None


def test_items_before_an_error_are_returned_and_the_error_comes_next() -> None:
    decoder = Letters()
    assert decoder.feed(b"ab!c") == ["a", "b"]
    with pytest.raises(StreamError, match="got '!'"):
        decoder.feed(b"d")
    with pytest.raises(StreamError, match="got '!'"):
        decoder.close()


def test_an_error_before_any_item_comes_at_once_and_again() -> None:
    decoder = Letters()
    for _ in range(2):
        with pytest.raises(StreamError, match="got '!'"):
            decoder.feed(b"!a")


def test_an_error_at_the_end_comes_again() -> None:
    decoder = Letters()
    assert decoder.feed(b"a?") == ["a", "?"]
    for _ in range(2):
        with pytest.raises(StreamError, match="at the end"):
            decoder.close()


@given(st.text())
def test_utf8_is_the_inverse_of_encode(text: str) -> None:
    assert utf8(text.encode(), 0) == text
    assert utf8(text.encode(), 0, cut=True) == text


@pytest.mark.parametrize(
    ("raw", "line", "byte"),
    [
        (b"\xff", 1, "0xFF"),
        (b"a\nb\nc\x80", 3, "0x80"),
        (b"\xed\xa0\x80", 1, "0xED"),
        (b"\xc0\xaf", 1, "0xC0"),
        (b"\xe2\x82", 1, "0xE2"),
    ],
    ids=["no such byte", "third line", "surrogate", "overlong", "cut"],
)
def test_what_is_not_utf8_is_reported_with_its_line(raw: bytes, line: int, byte: str) -> None:
    with pytest.raises(StreamError) as caught:
        utf8(raw, 10)
    assert caught.value.line == line + 10
    assert caught.value.message.startswith(f"line {line + 10} of the body is not UTF-8: got byte {byte}, ")
    assert caught.value.hint is not None


def test_a_character_that_the_body_ends_within_is_left_out() -> None:
    assert utf8(b"5 \xe2\x82", 0, cut=True) == "5 "


def test_a_wrong_byte_is_reported_even_where_the_body_is_cut() -> None:
    with pytest.raises(StreamError, match="0xFF"):
        utf8(b"\xff\xe2\x82", 0, cut=True)
