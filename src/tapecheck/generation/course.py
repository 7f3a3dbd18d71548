"""Which events come, one after the other: a walk along the declared order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tapecheck.contracts import Stream
from tapecheck.generation.source import Source

_TOKEN: Final = re.compile(r"[A-Za-z0-9_.\-]+|[|()?*+]")
_MOST: Final = 3
"""So often more than the least a part of the order is repeated at most."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A part of an order: a name, or ways to go on, of which each is a sequence; and how often it may come."""

    name: str
    ways: tuple[tuple[_Step, ...], ...]
    low: int
    high: int

    @property
    def names(self) -> frozenset[str]:
        below = (step.names for way in self.ways for step in way)
        return frozenset({self.name} - {""}).union(*below)


def course(stream: Stream, source: Source, wanted: frozenset[str]) -> list[str]:
    """Return the names of a stream's events, in an order that it declares.

    Args:
        stream: whose order to follow.
        source: of choices; a plain course leaves out the single events that may be missing, and has the rest once.
        wanted: names that shall come.
    """
    tokens = _TOKEN.findall(stream.order.text)[::-1]
    names = list(_walk(_Step("", _ways(tokens), 1, 1), source, wanted))
    places = [place for place in range(len(names), 0, -1) if names[place - 1] not in stream.failures]
    spots = [(place, name) for place in places for name in sorted(stream.anywhere)]
    for spot in sorted(source.some(len(spots), 0.03)):
        names.insert(*spots[spot])
    if stream.failures and source.flag(0.05):
        failures = sorted(stream.failures - stream.order.names)
        if failures:
            cut = source.integer(0, len(names) - 1, 0)
            names[cut:] = [failures[source.choice(len(failures))]]
    return names


def _walk(step: _Step, source: Source, wanted: frozenset[str]) -> Iterator[str]:
    needed = not wanted.isdisjoint(step.names)
    for _ in range(_times(step, source, needed=needed)):
        if step.name:
            yield step.name
            continue
        ways = [way for way in step.ways if not wanted.isdisjoint(_names(way))] if needed else step.ways
        way = ways[source.choice(len(ways)) if len(ways) > 1 else 0]
        for below in way:
            yield from _walk(below, source, wanted)


def _times(step: _Step, source: Source, *, needed: bool) -> int:
    low = max(step.low, int(needed))
    if low == step.high:
        return low
    # A single event that may be missing, is missing in plain streams; where it is a group, there is the content.
    return int(source.flag(0.5)) if step.name and step.high == 1 else source.integer(low, step.high, 1)


def _names(way: tuple[_Step, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(step.names for step in way))


def _ways(tokens: list[str]) -> tuple[tuple[_Step, ...], ...]:
    """Read up to a closing bracket or the end; the tokens, the first last, are taken away."""
    ways: list[list[_Step]] = [[]]
    while tokens and tokens[-1] != ")":
        token = tokens.pop()
        if token == "|":
            ways.append([])
            continue
        inner: tuple[tuple[_Step, ...], ...] = ()
        if token == "(":
            inner = _ways(tokens)
            tokens.pop()
        sign = tokens.pop() if tokens and tokens[-1] in "?*+" else ""
        low, high = {"?": (0, 1), "*": (0, _MOST), "+": (1, 1 + _MOST)}.get(sign, (1, 1))
        ways[-1].append(_Step("" if inner else token, inner, low, high))
    return tuple(map(tuple, ways))
