"""Bodies that are not what they say; the connection does nothing wrong."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import Final

from tapecheck.faults.fault import Fault, Shapes
from tapecheck.faults.reply import Reply

_NOT_UTF8: Final = b"\xff\xfe"


def _truncated(reply: Reply, _: Shapes) -> Reply:
    return replace(reply, pieces=(reply.body[: len(reply.body) // 2],))


def _wrong_content_type(reply: Reply, _: Shapes) -> Reply:
    return reply.with_header("content-type", "text/html")


def _bad_gzip(reply: Reply, _: Shapes) -> Reply:
    packed = gzip.compress(reply.body, mtime=0)
    middle = len(packed) // 2  # behind the 10 bytes of the header, before the 8 of the checksum
    broken = packed[:middle] + bytes(byte ^ 0xFF for byte in packed[middle:])
    return replace(reply, pieces=(broken,)).with_header("content-encoding", "gzip")


def _invalid_utf8(reply: Reply, _: Shapes) -> Reply:
    body = reply.body
    middle = body.find(b'"', len(body) // 2) + 1 or len(body) // 2
    return replace(reply, pieces=(body[:middle] + _NOT_UTF8 + body[middle:],))


def _empty(reply: Reply, _: Shapes) -> Reply:
    return replace(reply, pieces=())


BODIES: Final = (
    Fault(
        name="truncated-json",
        summary="half of the body comes, as if it were whole",
        change=_truncated,
    ),
    Fault(name="empty-body", summary="the answer has no body", change=_empty),
    Fault(
        name="wrong-content-type",
        summary="the answer is right, and called text/html",
        change=_wrong_content_type,
    ),
    Fault(name="bad-gzip", summary="the body is called gzip, and cannot be unpacked", change=_bad_gzip),
    Fault(name="invalid-utf8", summary="two bytes in the middle of the body are no UTF-8", change=_invalid_utf8),
)
"""These change what comes, and end it as if nothing had happened."""
