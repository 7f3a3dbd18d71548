"""Ties of fields throughout a stream: those that stay the same, are in all events or in none, count up, never fall."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.contracts import Count, Grow, Pointer, Stream
from tapecheck.generation.options import Next, Option, Tie
from tapecheck.generation.wishes import at
from tapecheck.model import JSONValue, find


def field_ties(stream: Stream) -> list[Tie]:
    """Return the ties of a stream's fields."""
    silent = frozenset({"done", *stream.failures})
    return [
        *(_constant(parts) for parts in stream.constant),
        *(_together(parts, silent) for parts in stream.together),
        *(_counted(count) for count in stream.count),
        *(_growing(grow) for grow in stream.grow),
    ]


def _constant(parts: Pointer) -> Tie:
    def tie(event: Next) -> Iterator[Option]:
        for value in _values(event, parts)[:1]:
            yield Option(wishes=(at(parts, {"const": value}, needed=False),))

    return tie


def _together(parts: Pointer, silent: frozenset[str]) -> Tie:
    def tie(event: Next) -> Iterator[Option]:
        speaking = [one for one in event.before if one.name not in silent][:1]
        if speaking and event.name not in silent:
            there = any(True for _ in find(speaking[0].value, parts))
            yield Option(wishes=(at(parts, there, needed=there),))

    return tie


def _counted(count: Count) -> Tie:
    def tie(event: Next) -> Iterator[Option]:
        number = count.start + len(_values(event, count.field))
        yield Option(wishes=(at(count.field, {"const": number}, needed=False),))

    return tie


def _growing(grow: Grow) -> Tie:
    def tie(event: Next) -> Iterator[Option]:
        for value in _values(event, grow.field)[-1:]:
            if event.name not in grow.reset:
                yield Option(wishes=(at(grow.field, {"minimum": value}, needed=False),))

    return tie


def _values(event: Next, parts: Pointer) -> list[JSONValue]:
    return [value for one in event.before for _, value in find(one.value, parts)]
