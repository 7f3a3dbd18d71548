"""Cuts a body into lines as the WHATWG HTML standard does for event streams (9.2.5 and 9.2.6)."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from tapecheck.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterator

NumberedLine: TypeAlias = tuple[int, bytes]
"""The 0-based number of a line, and its bytes without the line end."""

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


class LineDecoder:
    """Cuts chunks into lines that end in CR LF, CR or LF; one byte order mark at the very start is dropped.

    Args:
        max_line: the most bytes a line may have, its end not counted (a byte order mark is).
    """

    def __init__(self, *, max_line: int) -> None:
        self._max_line = max_line
        self._pending = bytearray()
        self._number = 0
        self._after_carriage_return = False

    def feed(self, chunk: bytes) -> Iterator[NumberedLine]:
        """Yield the lines that a chunk completes; to be read to the end before the next call.

        Raises:
            StreamError: a line is too long.
        """
        if not chunk:
            return
        # The CR ended its line when it came, so the LF that completes the pair ends nothing.
        start = 1 if self._after_carriage_return and chunk.startswith(b"\n") else 0
        for end in _LINE_END.finditer(chunk, start):
            self._keep(chunk[start : end.start()])
            yield self._take()
            start = end.end()
        self._after_carriage_return = chunk.endswith(b"\r")
        self._keep(chunk[start:])

    def close(self) -> NumberedLine | None:
        """Return the last line if no line end finished it."""
        return self._take() if self._pending else None

    def _keep(self, part: bytes) -> None:
        if len(self._pending) + len(part) > self._max_line:
            raise StreamError(
                f"line {self._number + 1} of the body is too long: expected at most max_line = {self._max_line} bytes",
                line=self._number + 1,
                hint="Is this body really a stream of events? If it is, decode it with a greater max_line.",
            )
        self._pending += part

    def _take(self) -> NumberedLine:
        line, number = bytes(self._pending), self._number
        self._pending.clear()
        self._number += 1
        return number, line if number else line.removeprefix(codecs.BOM_UTF8)
