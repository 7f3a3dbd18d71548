"""Streams that are cut, reordered, without start or end, with half an event or one twice."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from tests.property.evidence import Course, event_kind
from tests.property.frames import Frame, Stream, dump
from tests.property.plan import UNSEEN, Plan

ANYWHERE: Final = frozenset({"ping", "keepalive"})
"""Events that may stand between any others."""

_REPEATED: Final = ANYWHERE | {"error"}
"""Events that may come again; a stream that has failed may say so twice."""


def stream_plans(stream: Stream, course: Course, rng: random.Random) -> Iterator[Plan]:
    """Yield everything that can be done to the events of a stream.

    Args:
        stream: with at least one event.
        course: how real streams of the same operation go.
        rng: chooses positions.
    """
    shuffler = _Shuffler(stream, course, rng)
    yield from shuffler.ends()
    if len(stream.frames) > 1:
        yield from shuffler.cuts()
        yield from shuffler.neighbours()
        yield from shuffler.doubles()
    if len(set(shuffler.kinds) - ANYWHERE) > 1:
        yield from shuffler.orders()
    yield from _byte_cuts(stream, rng)
    yield from _halves(stream, rng)


class _Shuffler:
    """Writes the same events in another order."""

    def __init__(self, stream: Stream, course: Course, rng: random.Random) -> None:
        self.kinds = [event_kind(frame.value) for frame in stream.frames]
        self._stream, self._course, self._rng = stream, course, rng
        self._every = list(range(len(self.kinds)))
        self._last = len(self.kinds) - 1

    def ends(self) -> Iterator[Plan]:
        """Yield streams without their first and without their last events."""
        kinds, every, last = self.kinds, self._every, self._last
        headless = len(kinds) > 1 and self._course.may_start(kinds[1])
        yield self._plan("without start", kinds[0], every[1:], unseen=headless)
        yield self._cut("without end", last)
        if kinds[last] == "done" and last > 1:
            yield self._plan("without end", f"{kinds[last - 1]} (done stays)", [*every[:-2], last])

    def cuts(self) -> Iterator[Plan]:
        """Yield streams that stop after an event."""
        for at in sorted({1, self._last - 1, (self._last + 1) // 2, self._rng.randint(1, self._last)} - {0}):
            yield self._cut("cut after an event", at)

    def neighbours(self) -> Iterator[Plan]:
        """Yield streams with two neighbours swapped, one for each pair of kinds."""
        pairs = enumerate(pairwise(self.kinds))
        for at in _first_of_each((pair, at) for at, pair in pairs if not ANYWHERE & {*pair}):
            one, other = self.kinds[at : at + 2]
            self_same = one == other
            order = [*self._every[:at], at + 1, at, *self._every[at + 2 :]]
            yield self._plan("swapped neighbours", f"{one} <-> {other}", order, unseen=self_same)

    def doubles(self) -> Iterator[Plan]:
        """Yield streams with an event twice, and with an event in the middle gone, one for each kind."""
        for at in _first_of_each((kind, at) for at, kind in enumerate(self.kinds)):
            kind = self.kinds[at]
            many = kind in _REPEATED or self._course.may_repeat(kind)
            yield self._plan("twice", kind, [*self._every[: at + 1], *self._every[at:]], unseen=many)
            if 0 < at < self._last:
                yield self._plan("one gone", kind, [*self._every[:at], *self._every[at + 1 :]], unseen=many)

    def orders(self) -> Iterator[Plan]:
        """Yield streams whose events of different kinds stand in a wrong order."""
        kinds, every, last, rng = self.kinds, self._every, self._last, self._rng
        yield self._plan("reordered", "reversed", every[::-1])
        yield self._plan("reordered", "first and last swapped", [last, *every[1:-1], 0])
        yield self._plan("reordered", "end at the start", [last, *every[:-1]])
        yield self._plan("reordered", "end in the middle", [*every[: last // 2], last, *every[last // 2 : -1]])
        yield self._plan("reordered", "start at the end", [*every[1:], 0])
        shuffled = rng.sample(every, len(every))
        yield self._plan("reordered", "shuffled", shuffled, unseen=[kinds[at] for at in shuffled] == kinds)
        one, other = sorted(rng.sample(every, 2))
        swapped = [*every[:one], other, *every[one + 1 : other], one, *every[other + 1 :]]
        alike = kinds[one] == kinds[other] or bool(ANYWHERE & {kinds[one], kinds[other]})
        yield self._plan("reordered", f"{kinds[one]} <-> {kinds[other]}", swapped, unseen=alike)

    def _cut(self, kind: str, at: int) -> Plan:
        return self._plan(
            kind,
            f"{self.kinds[at - 1] if at else ''} | {self.kinds[at]}",
            self._every[:at],
            unseen=at > 0 and self._course.may_end(self.kinds[at - 1]),
        )

    def _plan(self, kind: str, place: str, order: Sequence[int], *, unseen: bool = False) -> Plan:
        frames = [self._stream.frames[at] for at in order]
        return Plan(kind + (UNSEEN if unseen else ""), place, partial(self._stream.body, frames))


def _first_of_each(found: Iterable[tuple[Hashable, int]]) -> list[int]:
    first: dict[Hashable, int] = {}
    for key, at in found:
        first.setdefault(key, at)
    return sorted(first.values())


def _byte_cuts(stream: Stream, rng: random.Random) -> Iterator[Plan]:
    """Yield bodies that stop anywhere; without the empty lines at the end a stream is still whole."""
    whole = stream.body(stream.frames).rstrip()
    ends = {0, *stream.ends()}
    for at in (rng.randrange(1, len(whole)), rng.randrange(1, len(whole)), len(whole) - 1):
        # Between two events it is a cut after an event, which has a kind of its own.
        if len(whole[:at].rstrip()) not in ends:
            yield Plan("cut at a byte", "", partial(bytes, whole[:at]))


def _halves(stream: Stream, rng: random.Random) -> Iterator[Plan]:
    """Yield streams with half an event: the first, the last, any."""
    for at in sorted({0, len(stream.frames) - 1, rng.randrange(len(stream.frames))}):
        frame = stream.frames[at]
        if not isinstance(frame.value, dict):
            continue
        before, text = stream.frames[:at], dump(frame.value)
        half = _data(stream, frame, text[: rng.randrange(1, len(text))])
        ended = stream.body([*before, half]).rstrip().removesuffix(b"]")
        yield Plan("half an event", f"{event_kind(frame.value)}, and no more", partial(bytes, ended))
        rest = partial(stream.body, [*before, half, *stream.frames[at + 1 :]])
        yield Plan("half an event", f"{event_kind(frame.value)}, and the rest", rest)


def _data(stream: Stream, frame: Frame, text: bytes) -> Frame:
    return Frame(text, None) if stream.array else frame.with_text(text)
