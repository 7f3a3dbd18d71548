"""What the decoders of all framings share: bytes in, items out, and one way to fail."""

from __future__ import annotations

from abc import ABC, abstractmethod
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Generic, TypeVar

from tapecheck.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = TypeVar("Item")


class Decoder(ABC, Generic[Item]):
    """Turns a body that comes in chunks into items, the same ones however the body is cut.

    Where the body is broken, the items before that place are still returned: `feed` gives what it has, and the error
    comes with the next call of `feed` or `close`, and with each one after it.
    """

    def __init__(self) -> None:
        self._failure: StreamError | None = None

    def feed(self, chunk: bytes) -> list[Item]:
        """Take the next bytes of the body and return the items that they complete.

        Raises:
            StreamError: the body is not what its framing says; `line` is the 1-based line of the body.
        """
        self._refuse_after_failure()
        items: list[Item] = []
        try:
            for item in self._read(chunk):
                items.append(item)  # noqa: PERF402 (what came before an error is kept)
        except StreamError as failure:
            self._failure = failure
            if not items:
                raise
        return items

    def close(self) -> Item | None:
        """Say that the body ends here, and return what it ends within, marked as not complete.

        Raises:
            StreamError: the body is not what its framing says; `line` is the 1-based line of the body.
        """
        self._refuse_after_failure()
        try:
            return self._end()
        except StreamError as failure:
            self._failure = failure
            raise

    def _refuse_after_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    @abstractmethod
    def _read(self, chunk: bytes) -> Iterator[Item]:
        """Yield the items that a chunk completes."""

    @abstractmethod
    def _end(self) -> Item | None:
        """Return the item that the body ends within."""


def utf8(raw: bytes | bytearray, line: int, *, cut: bool = False) -> str:
    """Decode the bytes that begin on a line (0-based) of the body.

    Args:
        raw: the bytes.
        line: the 0-based line of the body on which they begin.
        cut: whether the body ends with them, so that the first bytes of a last character are left out.

    Raises:
        StreamError: the bytes are not UTF-8.
    """
    try:
        return getincrementaldecoder("utf-8")().decode(raw, final=not cut)
    except UnicodeDecodeError as error:
        number = line + raw.count(b"\n", 0, error.start) + 1
        raise StreamError(
            f"line {number} of the body is not UTF-8: got byte 0x{raw[error.start]:02X}, {error.reason}",
            line=number,
            hint="Streams are UTF-8, whatever the content type says; record the body again.",
        ) from None
