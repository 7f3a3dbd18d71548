"""Decodes one JSON array (RFC 8259), element by element, while it still comes in.

Some APIs stream a single array whose elements come one after the other. An element is cut out by its brackets and
strings; whether it is valid JSON inside is for the parser that reads its `data`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tapecheck.errors import StreamError
from tapecheck.streams.decoder import Decoder, utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_ELEMENT: Final = 32 * 1024 * 1024
"""The default for the most bytes of an element."""

MAX_DEPTH: Final = 512
"""The default for how deep an element may nest; the usual parsers give up at about 1000."""

_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_IN_STRING: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
# Whole strings are passed over at once; one that the chunk ends within is not.
_NO_BRACKET: Final = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_NO_DELIMITER: Final = re.compile(rb'[^ \t\r\n,:"{}\[\]]*')
_DELIMITERS: Final = b' \t\r\n,:"{}[]'
_SCALAR_STARTS: Final = b"-0123456789tfn"
_ELEMENT_STARTS: Final = b'"{[' + _SCALAR_STARTS
_QUOTE, _BACKSLASH = b'"\\'
_CLOSERS: Final[Mapping[int, int]] = MappingProxyType(dict(zip(b"{[", b"}]", strict=True)))


@dataclass(frozen=True, slots=True)
class ArrayElement:
    """One element of the array.

    Attributes:
        data: the element as it is written, white space around it left out.
        line: the 0-based line of the body (lines end in LF) on which it begins.
        complete: whether its end was seen.
    """

    data: str
    line: int
    complete: bool = True


class _Place(Enum):
    """Where between the elements we are: the value says what may come."""

    START = "'['"
    FIRST = "a JSON value or ']'"
    NEXT = "a JSON value"
    AFTER = "',' or ']'"
    END = "nothing more after the array"


_MOVES: Final[Mapping[tuple[_Place, int], _Place]] = MappingProxyType(
    {
        (_Place.START, ord("[")): _Place.FIRST,
        (_Place.FIRST, ord("]")): _Place.END,
        (_Place.AFTER, ord(",")): _Place.NEXT,
        (_Place.AFTER, ord("]")): _Place.END,
    }
)


class _Mode(Enum):
    """What we read within an element."""

    STRUCTURE = auto()
    STRING = auto()
    ESCAPE = auto()
    SCALAR = auto()


@dataclass(slots=True)
class _Element:
    """The element being read; `open` holds the brackets that are to close it, the innermost last."""

    line: int
    mode: _Mode
    max_size: int
    max_depth: int
    content: bytearray = field(default_factory=bytearray)
    open: bytearray = field(default_factory=bytearray)
    done: bool = False

    def take(self, chunk: bytes, start: int) -> int:
        """Read from `start` to the end of the element or of the chunk, and return how far that is."""
        stop = min(len(chunk), start + self.max_size - len(self.content))
        at = start
        while at < len(chunk) and not self.done:
            if self.mode is _Mode.SCALAR and chunk[at] in _DELIMITERS:
                self.done = True
            elif at == stop:
                limit = f"expected at most max_element = {self.max_size} bytes"
                raise self._error(chunk, start, at, f"is too long: {limit}")
            else:
                at = self._advance(chunk, start, at, stop)
        self.content += chunk[start:at]
        return at

    def _advance(self, chunk: bytes, start: int, at: int, stop: int) -> int:
        """Pass over what means nothing in this mode, and then over one byte that does."""
        if self.mode is _Mode.SCALAR:
            return _end(_NO_DELIMITER, chunk, at, stop)
        if self.mode is _Mode.ESCAPE:
            self.mode = _Mode.STRING
            return at + 1
        in_string = self.mode is _Mode.STRING
        # The first byte of an element is a bracket or a quotation mark: nothing to pass over yet.
        if in_string or self.open:
            at = _end(_IN_STRING if in_string else _NO_BRACKET, chunk, at, stop)
        if at == stop:
            return at
        if in_string:
            self._leave_string(chunk[at])
        else:
            self._bracket(chunk, start, at)
        return at + 1

    def _leave_string(self, byte: int) -> None:
        self.mode = _Mode.ESCAPE if byte == _BACKSLASH else _Mode.STRUCTURE
        self.done = byte == _QUOTE and not self.open

    def _bracket(self, chunk: bytes, start: int, at: int) -> None:
        byte = chunk[at]
        if byte == _QUOTE:
            self.mode = _Mode.STRING
        elif byte in _CLOSERS:
            if len(self.open) == self.max_depth:
                raise self._error(chunk, start, at, f"nests too deep: expected at most max_depth = {self.max_depth}")
            self.open.append(_CLOSERS[byte])
        elif byte != self.open[-1]:
            raise self._error(chunk, start, at, f"is malformed: got {_shown(byte)}, expected {_shown(self.open[-1])}")
        else:
            self.open.pop()
            self.done = not self.open

    def _error(self, chunk: bytes, start: int, at: int, what: str) -> StreamError:
        number = self.line + self.content.count(b"\n") + chunk.count(b"\n", start, at) + 1
        return StreamError(
            f"the element on line {self.line + 1} of the body {what} (line {number})",
            line=number,
            hint="Is this body really one JSON array? If it is, record it again, or decode it with greater limits.",
        )


class JSONArrayDecoder(Decoder[ArrayElement]):
    """Turns a body that comes in chunks into the elements of its array, the same ones however the body is cut.

    `close` returns the element that the body ends within; what the body has of a character that it ends within is left
    out of it. A body that ends between two elements is told by `closed`.

    Args:
        max_element: the most bytes of an element.
        max_depth: how many objects and arrays may be open at once within an element.
    """

    def __init__(self, *, max_element: int = MAX_ELEMENT, max_depth: int = MAX_DEPTH) -> None:
        super().__init__()
        self._max_element = max_element
        self._max_depth = max_depth
        self._place = _Place.START
        self._line = 0
        self._element: _Element | None = None

    @property
    def closed(self) -> bool:
        """Tell whether the array was closed, and only white space came after it."""
        return self._place is _Place.END and self._failure is None

    @property
    def line(self) -> int:
        """Return the 0-based line of the body that was reached, not counting what is within an unfinished element."""
        return self._line

    def _read(self, chunk: bytes) -> Iterator[ArrayElement]:
        at = 0
        while at < len(chunk):
            if self._element is None:
                at = self._between(chunk, at)
                continue
            at = self._element.take(chunk, at)
            if self._element.done:
                yield self._finish(self._element, complete=True)

    def _end(self) -> ArrayElement | None:
        return None if self._element is None else self._finish(self._element, complete=False)

    def _finish(self, element: _Element, *, complete: bool) -> ArrayElement:
        self._element = None
        self._line += element.content.count(b"\n")
        data = utf8(element.content, element.line, cut=not complete)
        return ArrayElement(data, element.line, complete)

    def _between(self, chunk: bytes, start: int) -> int:
        """Pass over white space and one byte after it, unless an element begins with that byte."""
        at = _end(_SPACE, chunk, start, len(chunk))
        self._line += chunk.count(b"\n", start, at)
        if at == len(chunk):
            return at
        byte = chunk[at]
        if self._place in (_Place.FIRST, _Place.NEXT) and byte in _ELEMENT_STARTS:
            self._place = _Place.AFTER
            mode = _Mode.SCALAR if byte in _SCALAR_STARTS else _Mode.STRUCTURE
            self._element = _Element(self._line, mode, self._max_element, self._max_depth)
            return at
        if (self._place, byte) not in _MOVES:
            raise self._unexpected(byte)
        self._place = _MOVES[self._place, byte]
        return at + 1

    def _unexpected(self, byte: int) -> StreamError:
        return StreamError(
            f"line {self._line + 1} of the body is not part of a JSON array: "
            f"got {_shown(byte)}, expected {self._place.value}",
            line=self._line + 1,
            hint="Is this body really one JSON array? If it is, record it again.",
        )


def decode_array(body: bytes) -> tuple[ArrayElement, ...]:
    """Decode a whole body; if it ends before its array is closed, the last element is incomplete (and may be empty).

    Raises:
        StreamError: the body is no JSON array, is not UTF-8, or an element is too long or too deep; `line` is the
            1-based line of the body.
    """
    decoder = JSONArrayDecoder()
    elements = decoder.feed(body)
    last = decoder.close()
    if last is None and not decoder.closed:
        last = ArrayElement("", decoder.line, complete=False)
    return tuple(elements) if last is None else (*elements, last)


def _end(pattern: re.Pattern[bytes], chunk: bytes, start: int, stop: int) -> int:
    """Return the end of what the pattern, which also matches nothing, matches at `start`."""
    found = pattern.match(chunk, start, stop)
    return start if found is None else found.end()


def _shown(byte: int) -> str:
    return repr(chr(byte)) if 0x20 <= byte < 0x7F else f"byte 0x{byte:02X}"
