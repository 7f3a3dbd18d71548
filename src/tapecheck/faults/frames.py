"""Streamed bodies in pieces: one for each event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tapecheck.errors import StreamError
from tapecheck.streams import decode_array

_BLOCK: Final = re.compile(rb".+?(?:\r\n\r\n|\n\n|\r\r|\Z)", re.DOTALL)
_DATA: Final = re.compile(rb"^data[:\r\n]", re.MULTILINE)


def pieces(body: bytes, framing: str) -> tuple[bytes, ...]:
    """Cut the body of a stream behind each event; the pieces, joined, are the body.

    Args:
        body: whole; one that cannot be cut, as it is no JSON array, is a single piece.
        framing: `sse` or `json-array`.
    """
    if framing == "sse":
        return tuple(_BLOCK.findall(body))
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
        StreamError: the body is no JSON array, though it is framed as one.
    """
    if framing == "sse":
        return [block for block in pieces(body, framing) if _DATA.search(block)]
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
