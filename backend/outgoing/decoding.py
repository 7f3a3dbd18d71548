"""Unpacks compressed bodies piece by piece, so that whoever takes the pieces can stop a bomb in time.

httpx unpacks each chunk from the network as a whole: 64 KB of gzip become 64 MB, and of Brotli gigabytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

from backend.errors import BrokenOffError, UpstreamError

ACCEPTED: Final = "gzip"
"""What requests ask for; `decoder_for` knows no other content coding."""

PIECE: Final = 64 * 1024
"""The most bytes of a piece."""


class Decoder(Protocol):
    """Undoes a content coding (RFC 9110, section 8.4.1)."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes of any number and yield the pieces that come out; all must be taken before the next bytes.

        Raises:
            UpstreamError: they are not in this coding.
        """

    def close(self) -> None:
        """Note that no more bytes come.

        Raises:
            BrokenOffError: there should be more.
        """


def decoder_for(coding: str) -> Decoder:
    """Return a decoder for the value of a `Content-Encoding`; "" where there is none.

    Raises:
        UpstreamError: nobody asked for this coding.
    """
    name = coding.strip().lower()
    if name in {"", "identity"}:
        return Identity()
    if name in {"gzip", "x-gzip"}:
        return Gunzip()
    detail = f"the answer is packed as {name[:40]!r}, expected {ACCEPTED} or none, as the request says"
    raise UpstreamError(detail, transient=False, blames_host=False)


class Identity:
    """Leaves the bytes as they are."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the bytes."""
        if data:
            yield data

    def close(self) -> None:
        """Do nothing: without a coding, any end is one."""


class Gunzip:
    """Undoes gzip (RFC 1952); one member may follow another."""

    def __init__(self) -> None:
        self._member = _start()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes and yield what they unpack to, in pieces of at most `PIECE` bytes.

        Raises:
            UpstreamError: they are not gzip.
        """
        self._begun = self._begun or bool(data)
        while data:
            if self._member.eof:
                self._member = _start()
            try:
                piece = self._member.decompress(data, PIECE)
            except zlib.error:
                raise UpstreamError("the answer cannot be unpacked: it is not valid gzip") from None
            data = self._member.unconsumed_tail or self._member.unused_data
            if piece:
                yield piece

    def close(self) -> None:
        """Note that no more bytes come; none at all are fine.

        Raises:
            BrokenOffError: the last member has no end.
        """
        if self._begun and not self._member.eof:
            raise BrokenOffError("the answer broke off: its gzip data have no end")


def _start() -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS | 16)  # 16: with the header of gzip
