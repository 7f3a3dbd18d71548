"""What happens to the connection."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tapecheck.faults.fault import Change, Fault, Needs, Shapes
from tapecheck.faults.reply import Ending, Reply, Unreached

_DRIPS: Final = 20
_PAUSE: Final = 0.25


def halved(reply: Reply, ending: Ending) -> Reply:
    """Return a reply of which half of the body comes; its whole length is announced all the same."""
    body = reply.body
    kept = len(body) // 2
    sent, left = [], kept
    for piece in reply.pieces:
        if left > 0:
            sent.append(piece[:left])
            left -= len(piece)
    return replace(reply, pieces=tuple(sent), missing=len(body) - kept, ending=ending)


def _silent(ending: Ending, reply: Reply) -> Reply:
    return replace(reply, silent=True, pieces=(), ending=ending)


def _unreached(why: Unreached) -> Change:
    return lambda reply, _: replace(reply, silent=True, pieces=(), unreached=why)


def _before_body(reply: Reply, _: Shapes) -> Reply:
    return replace(reply, pieces=(), missing=len(reply.body), ending=Ending.RESET)


def _slow_drip(reply: Reply, _: Shapes) -> Reply:
    body = reply.body
    size = max(1, -(-len(body) // _DRIPS))
    drips = tuple(body[start : start + size] for start in range(0, len(body), size))
    return replace(reply, pieces=drips, pause=_PAUSE)


UNREACHED: Final = tuple(
    Fault(name=name, summary=summary, change=_unreached(why), needs=Needs.NOTHING, unreached=True)
    for name, summary, why in (
        ("connect-refused", "nobody listens where the client connects to", Unreached.REFUSED),
        ("connect-timeout", "nobody answers the attempt to connect", Unreached.TIMED_OUT),
        ("dns-failure", "the name of the host is not found", Unreached.UNRESOLVED),
        ("tls-failure", "the server's certificate is signed by nobody whom the client trusts", Unreached.UNTRUSTED),
    )
)
"""These happen before a server is reached."""

TRANSPORT: Final = (
    Fault(
        name="reset-before-answer",
        summary="the connection is reset without an answer",
        change=lambda reply, _: _silent(Ending.RESET, reply),
        needs=Needs.NOTHING,
    ),
    Fault(name="reset-before-body", summary="the connection is reset behind the headers", change=_before_body),
    Fault(
        name="reset-mid-body",
        summary="the connection is reset in the middle of the body",
        change=lambda reply, _: halved(reply, Ending.RESET),
    ),
    Fault(
        name="close-mid-body",
        summary="the connection is closed in the middle of the body, of which more was announced",
        change=lambda reply, _: halved(reply, Ending.CLOSE),
    ),
    Fault(
        name="read-timeout",
        summary="nothing comes; the connection is held until the client leaves",
        change=lambda reply, _: _silent(Ending.HOLD, reply),
        needs=Needs.NOTHING,
    ),
    Fault(
        name="stall-mid-body",
        summary="half of the body comes, then nothing; the connection is held until the client leaves",
        change=lambda reply, _: halved(reply, Ending.HOLD),
    ),
    Fault(
        name="slow-drip",
        summary=f"the body comes whole, in {_DRIPS} drips or fewer with {_PAUSE} s before each",
        change=_slow_drip,
    ),
)
"""These leave whatever comes as it is."""
