"""Streamed bodies in pieces: one for each event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tapecheck.errors import StreamError
from tapecheck.streams import SSEDecoder, decode_array


def pieces(body: bytes, framing: str) -> tuple[bytes, ...]:
    """Cut the body of a stream behind each event; the pieces, joined, are the body.

    Args:
        body: whole; one that cannot be cut, as it is no JSON array, is a single piece.
        framing: `sse` or `json-array`.
    """
    if framing == "sse":
        return tuple(_blocks(body))
    try:
        elements = decode_array(body)
    except StreamError:
        return (body,)
    cut: list[bytes] = []
    end = 0
    for element in elements:
        data = element.data.encode()
        start, end = end, body.index(data, end) + len(data)
        cut.append(body[start:end])
    return (*cut, rest) if (rest := body[end:]) else tuple(cut)


def events(body: bytes, framing: str) -> list[bytes]:
    """Return the events of a stream, each to be framed alone: blocks of SSE that are not mere comments, or elements.

    Raises:
        StreamError: the body is not what its framing says: no JSON array, or not UTF-8.
    """
    if framing == "sse":
        decoder = SSEDecoder()
        # Two line ends finish the last block, should the body end within it; to the others they add nothing.
        return [block for block in _blocks(body) if decoder.feed(block + b"\n\n")]
    return [element.data.encode() for element in decode_array(body)]


def framed(events: Sequence[bytes], framing: str, *, closed: bool = True) -> tuple[bytes, ...]:
    """Return the pieces of a stream of these events.

    Args:
        events: as `events` returns them.
        framing: `sse` or `json-array`.
        closed: whether the framing is closed as well, where it has a closing mark.
    """
    if framing == "sse":
        return tuple(events)
    opened = [(b",\n" if number else b"[") + event for number, event in enumerate(events)] or [b"["]
    return (*opened, b"]") if closed else tuple(opened)


def _blocks(body: bytes) -> Iterator[bytes]:
    """Cut behind each empty line; lines of bytes end in CR LF, CR or LF, just as those of SSE do."""
    block: list[bytes] = []
    for line in body.splitlines(keepends=True):
        block.append(line)
        if line in (b"\r\n", b"\r", b"\n"):
            yield b"".join(block)
            block.clear()
    if block:
        yield b"".join(block)
