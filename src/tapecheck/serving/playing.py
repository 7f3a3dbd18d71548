"""A reply as bytes on a connection (HTTP/1.1, RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tapecheck.faults import Ending, Reply

_BODILESS: Final = (204, 304)
_UNFIT: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
"""What may not be in a header field (RFC 9110, 5.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """What of a request decides on how its reply is framed.

    Attributes:
        takes_chunks: whether the client knows chunked transfer coding, as from HTTP/1.1 on.
        wants_body: whether the method is one whose replies have bodies.
    """

    takes_chunks: bool = True
    wants_body: bool = True


def play(reply: Reply, asker: Asker, write: Callable[[bytes], object], sleep: Callable[[float], object]) -> None:
    """Send a reply, each piece by itself; what happens to the connection afterwards is the caller's affair.

    Args:
        reply: to be sent.
        asker: whom to.
        write: sends bytes at once.
        sleep: waits, in seconds.
    """
    if reply.silent:
        return
    chunked = reply.framing is not None and asker.takes_chunks
    has_body = asker.wants_body and reply.status not in _BODILESS
    write(_head(reply, chunked=chunked, closing=reply.framing is not None and not asker.takes_chunks))
    for piece in reply.pieces if has_body else ():
        if reply.pause:
            sleep(reply.pause)
        if piece:
            write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
    if chunked and has_body and reply.ending is Ending.DONE:
        write(b"0\r\n\r\n")


def _head(reply: Reply, *, chunked: bool, closing: bool) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {_clean(reply.reason)}"]
    lines += [
        f"{_clean(name)}: {_clean(value)}" for name, value in (*reply.headers, *_framing(reply, chunked, closing))
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _framing(reply: Reply, chunked: bool, closing: bool) -> Iterator[tuple[str, str]]:
    if chunked:
        yield "transfer-encoding", "chunked"
    elif closing:
        yield "connection", "close"
    elif reply.status not in _BODILESS:
        yield "content-length", str(len(reply.body) + reply.missing)


def _clean(text: str) -> str:
    return _UNFIT.sub(" ", text)
