"""Streams that break off, stammer or never end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from tapecheck.errors import FaultError
from tapecheck.faults.fault import Change, Fault, Needs, Shapes
from tapecheck.faults.frames import events, framed
from tapecheck.faults.reply import Ending, Reply

_HALF_A_CHARACTER: Final = "€".encode()[:2]
_STORM: Final = 100
_KEEP_ALIVE: Final = {"sse": b": keep-alive\n\n", "json-array": b"\n"}

Events = Sequence[bytes]


def _framing(reply: Reply) -> str:
    if reply.framing is None:
        raise FaultError("the answer is no stream")
    return reply.framing


def _over_events(change: Callable[[Events], Events], *, closed: bool = True, ending: Ending = Ending.DONE) -> Change:
    def over(reply: Reply, _: Shapes) -> Reply:
        framing = _framing(reply)
        changed = change(events(reply.body, framing))
        return replace(reply, pieces=framed(changed, framing, closed=closed), ending=ending)

    return over


def _first_half(all_events: Events) -> Events:
    return all_events[: len(all_events) // 2]


def _into_an_event(tail: bytes) -> Callable[[Events], Events]:
    def cut(all_events: Events) -> Events:
        middle = len(all_events) // 2
        broken = (event[: len(event) // 2] + tail for event in all_events[middle : middle + 1])
        return [*all_events[:middle], *broken]

    return cut


def _duplicated(all_events: Events) -> Events:
    middle = len(all_events) // 2
    return [*all_events[: middle + 1], *all_events[middle:]]


def _swapped(all_events: Events) -> Events:
    if len(all_events) < 2:
        raise FaultError("the stream has no two events that could change places")
    first, second, *others = all_events
    return [second, first, *others]


def _error_event(reply: Reply, shapes: Shapes) -> Reply:
    if (failure := shapes.failure()) is None:
        raise FaultError("the contract declares no event with which the stream breaks off")
    framing = _framing(reply)
    return replace(reply, pieces=framed([*_first_half(events(reply.body, framing)), failure], framing))


def _storm(reply: Reply, _: Shapes) -> Reply:
    storm = _KEEP_ALIVE[_framing(reply)] * _STORM
    return replace(reply, pieces=tuple(part for piece in reply.pieces for part in (storm, piece)))


EVENTS: Final = (
    Fault(
        name="stream-cut-before-end",
        summary="the stream ends after half of its events, as if it were over",
        change=_over_events(_first_half, closed=False),
        needs=Needs.STREAM,
    ),
    Fault(
        name="stream-cut-in-event",
        summary="the stream ends in the middle of an event, as if it were over",
        change=_over_events(_into_an_event(b""), closed=False),
        needs=Needs.STREAM,
    ),
    Fault(
        name="stream-cut-in-character",
        summary="the stream ends in the middle of a character, as if it were over",
        change=_over_events(_into_an_event(_HALF_A_CHARACTER), closed=False),
        needs=Needs.STREAM,
    ),
    Fault(
        name="stream-duplicated-event",
        summary="the event in the middle of the stream comes twice",
        change=_over_events(_duplicated),
        needs=Needs.STREAM,
    ),
    Fault(
        name="stream-swapped-events",
        summary="the first two events of the stream change places",
        change=_over_events(_swapped),
        needs=Needs.STREAM,
    ),
    Fault(
        name="stream-error-event",
        summary="the stream breaks off after half of its events with the provider's event for that",
        change=_error_event,
        needs=Needs.STREAM,
    ),
    Fault(
        name="stream-keepalive-storm",
        summary=f"{_STORM} signs of life, which mean nothing, come before each event",
        change=_storm,
        needs=Needs.STREAM,
    ),
    Fault(
        name="stream-no-end",
        summary="all events but the last come, then nothing; the connection is held until the client leaves",
        change=_over_events(lambda all_events: all_events[:-1], closed=False, ending=Ending.HOLD),
        needs=Needs.STREAM,
    ),
)
"""These befall streams only."""
