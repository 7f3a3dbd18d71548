"""Decodes Server-Sent Events as the WHATWG HTML standard says (9.2.6, Interpreting an event stream)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tapecheck.errors import StreamError
from tapecheck.streams.decoder import Decoder, utf8
from tapecheck.streams.lines import LineDecoder, NumberedLine

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE: Final = 16 * 1024 * 1024
"""The default for the most bytes of a line: room for an image in base64."""

MAX_EVENT: Final = 32 * 1024 * 1024
"""The default for the most bytes of an event."""

_MAX_RETRY_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class SSEEvent:
    r"""One event of a stream.

    Attributes:
        name: the `event` field; None if there is none or it is empty, which to the standard is the same.
        data: the values of the `data` fields, joined by `\n`.
        id: the `id` field of this very event; the standard's "last event ID" is the last one that is not None.
        retry: the `retry` field, in milliseconds.
        line: the 0-based line of the body on which the first `data` field stands, or else the first field.
        complete: whether an empty line finished the event. The standard throws an unfinished one away.
    """

    name: str | None
    data: str
    id: str | None
    retry: int | None
    line: int
    complete: bool = True


@dataclass(slots=True)
class _Block:
    """The fields read since the last empty line."""

    first_line: int
    size: int = 0
    name: str = ""
    data: list[str] = field(default_factory=list)
    data_line: int | None = None
    id: str | None = None
    retry: int | None = None

    def set(self, name: str, value: str, line: int) -> None:
        """Take one field; one that the standard does not know is passed over."""
        match name:
            case "data":
                self.data.append(value)
                self.data_line = line if self.data_line is None else self.data_line
            case "event":
                self.name = value
            case "id" if "\0" not in value:
                self.id = value
            # int() refuses some thousands of digits, and nobody waits for that long.
            case "retry" if value.isascii() and value.isdigit() and len(value) <= _MAX_RETRY_DIGITS:
                self.retry = int(value)

    def event(self, *, complete: bool) -> SSEEvent:
        """Return the event that these fields make."""
        line = self.first_line if self.data_line is None else self.data_line
        return SSEEvent(self.name or None, "\n".join(self.data), self.id, self.retry, line, complete)


class SSEDecoder(Decoder[SSEEvent]):
    """Turns a body that comes in chunks into events, the same ones however the body is cut.

    An event without a `data` field is not returned, as the standard says. Unlike the standard, bytes that are not UTF-8
    are an error, and `close` returns the event that the body ends within: one that has any line but comments, and no
    empty line after it. What the body has of a character that it ends within is left out of that event.

    Args:
        max_line: the most bytes of a line, its end not counted.
        max_event: the most bytes of the lines of an event, comments and line ends not counted.

    Attributes:
        comments: how many comment lines came so far.
    """

    def __init__(self, *, max_line: int = MAX_LINE, max_event: int = MAX_EVENT) -> None:
        super().__init__()
        self.comments = 0
        self._max_event = max_event
        self._lines = LineDecoder(max_line=max_line)
        self._block: _Block | None = None

    def _read(self, chunk: bytes) -> Iterator[SSEEvent]:
        for line in self._lines.feed(chunk):
            if line[1]:
                self._interpret(line)
            elif (event := self._dispatch()) is not None:
                yield event

    def _end(self) -> SSEEvent | None:
        last = self._lines.close()
        if last is not None and last[1]:
            self._interpret(last, cut=True)
        block, self._block = self._block, None
        return None if block is None else block.event(complete=False)

    def _dispatch(self) -> SSEEvent | None:
        block, self._block = self._block, None
        return None if block is None or not block.data else block.event(complete=True)

    def _interpret(self, line: NumberedLine, *, cut: bool = False) -> None:
        number, raw = line
        text = utf8(raw, number, cut=cut)
        if text.startswith(":"):
            self.comments += 1
            return
        if self._block is None:
            self._block = _Block(number)
        self._block.size += len(raw)
        if self._block.size > self._max_event:
            raise StreamError(
                f"the event on line {self._block.first_line + 1} of the body is too long: "
                f"expected at most max_event = {self._max_event} bytes, got more by line {number + 1}",
                line=number + 1,
                hint="Is an empty line missing between two events? If not, decode it with a greater max_event.",
            )
        name, _, value = text.partition(":")
        self._block.set(name, value.removeprefix(" "), number)


def decode(body: bytes) -> tuple[SSEEvent, ...]:
    """Decode a whole body; only the last event may be incomplete.

    Raises:
        StreamError: the body is not UTF-8, or a line or an event is too long; `line` is the 1-based line of the body.
    """
    decoder = SSEDecoder()
    events = decoder.feed(body)
    last = decoder.close()
    return tuple(events) if last is None else (*events, last)
