"""What the events before call for in the next one: ways to satisfy it, the best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from tapecheck.checking.payload import StreamedEvent
from tapecheck.contracts import Pointer
from tapecheck.generation.source import Source
from tapecheck.generation.wishes import at
from tapecheck.model import JSONValue, find

Pins: TypeAlias = Mapping[Pointer, JSONValue]
"""The values that fields shall have, where they are there."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to satisfy what is called for."""

    pins: Pins = field(default_factory=lambda: MappingProxyType({}))
    wishes: tuple[JSONValue, ...] = ()

    def all_wishes(self) -> list[JSONValue]:
        """Return the wishes, those that the pins are included."""
        return [*self.wishes, *(at(parts, {"const": value}, needed=False) for parts, value in self.pins.items())]

    def and_also(self, other: Option) -> Option | None:
        """Return what satisfies both; None where they want different values in one field."""
        if any(parts in self.pins and self.pins[parts] != value for parts, value in other.pins.items()):
            return None
        return Option({**self.pins, **other.pins}, self.wishes + other.wishes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The event that is to come.

    Attributes:
        name: of it.
        before: the events so far.
        after: the names of those that are to follow.
        pins: what is pinned in it already.
    """

    name: str
    before: Sequence[StreamedEvent]
    after: Sequence[str]
    pins: Pins = field(default_factory=lambda: MappingProxyType({}))


Tie = Callable[[Next], Iterator[Option]]
"""Yields the ways to satisfy one declaration; none at all where it calls for nothing."""


def combined(ties: Sequence[Tie], event: Next, source: Source) -> Iterator[Option]:
    """Yield the ways to satisfy all ties; where one calls for something that others forbid, without that one."""
    yield from _combined(ties, event, source, Option())


def _combined(ties: Sequence[Tie], event: Next, source: Source, chosen: Option) -> Iterator[Option]:
    if not ties:
        yield chosen
        return
    called_for = ties[0](replace(event, pins=chosen.pins))
    options = [both for one in called_for if (both := chosen.and_also(one)) is not None] or [chosen]
    first = source.choice(len(options)) if len(options) > 1 else 0
    for option in (*options[first:], *options[:first]):
        yield from _combined(ties[1:], event, source, option)


def values_at(value: JSONValue, pointers: Sequence[Pointer]) -> tuple[JSONValue, ...] | None:
    """Return the first value at each pointer; None where one of them leads nowhere."""
    found = [[one for _, one in find(value, parts)][:1] for parts in pointers]
    return tuple(one[0] for one in found) if all(found) else None
