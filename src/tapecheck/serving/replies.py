"""Replies as the stand-in makes them itself.

They have no date: a stand-in has no clock, so that its answers repeat (RFC 9110, 6.6.1).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from tapecheck.checking.exchange import FRAMINGS, JSON
from tapecheck.faults import Reply
from tapecheck.faults.statuses import phrase
from tapecheck.model import Headers, JSONValue

_TEXT: Final = "text/plain; charset=utf-8"


def text(status: int, message: str) -> Reply:
    """Return a reply in words."""
    return _reply(status, _TEXT, (f"{message}\n".encode(),))


def document(status: int, value: JSONValue) -> Reply:
    """Return a reply of one JSON value."""
    return _reply(status, JSON, (encoded(value),))


def stream(status: int, framing: str, pieces: Sequence[bytes]) -> Reply:
    """Return a streamed reply.

    Args:
        status: of the reply.
        framing: a key of `FRAMINGS`.
        pieces: the events.
    """
    return _reply(status, FRAMINGS[framing], pieces, framing)


def nothing(status: int) -> Reply:
    """Return a reply without a body."""
    return Reply(status=status, reason=phrase(status))


def encoded(value: JSONValue) -> bytes:
    """Write a value as JSON, compact."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _reply(status: int, media: str, pieces: Sequence[bytes], framing: str | None = None) -> Reply:
    headers = Headers((("content-type", media),))
    return Reply(status=status, reason=phrase(status), headers=headers, pieces=tuple(pieces), framing=framing)
