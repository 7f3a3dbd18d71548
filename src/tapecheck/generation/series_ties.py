"""Ties of items that run through several events: an item begins a series, goes on with one, or ends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tapecheck.checking.payload import StreamedEvent, is_there
from tapecheck.checking.threads import bind, items
from tapecheck.contracts import Pointer, Series, Stream, Total
from tapecheck.generation.options import Next, Option, Pins, Tie, values_at
from tapecheck.generation.wishes import ABSENT, PRESENT, at
from tapecheck.model import JSONValue, find

Values = tuple[JSONValue, ...]


@dataclass(slots=True)
class Thread:
    """A series so far: where its items are, and which of its fields were there."""

    key: Values
    items: list[tuple[StreamedEvent, tuple[str | int, ...]]] = field(default_factory=list)
    seen: set[Pointer] = field(default_factory=set)


def threads(series: Series, events: Sequence[StreamedEvent]) -> list[Thread]:
    """Return the series that have begun, in that order."""
    found: dict[Values, Thread] = {}
    for event in events:
        if series.events is not None and event.name not in series.events:
            continue
        for path in items(event.value, series.each):
            key = values_at(event.value, [bind(parts, series.each, path) for parts in series.key])
            if key is None or (key not in found and not _starts(series, event, path)):
                continue
            thread = found.setdefault(key, Thread(key))
            thread.items.append((event, path))
            told = (*series.once, *series.last)
            thread.seen.update(parts for parts in told if is_there(event.value, bind(parts, series.each, path)))
    return list(found.values())


def series_ties(stream: Stream) -> list[Tie]:
    """Return the ties of a stream's series, and of the events that repeat a whole series."""
    totals = [_total(series, series.total) for series in stream.series if series.total is not None]
    return [*(_tie(series) for series in stream.series), *totals]


def _tie(series: Series) -> Tie:
    def tie(event: Next) -> Iterator[Option]:
        if series.events is not None and event.name not in series.events:
            return
        begun = threads(series, event.before)
        alone = tuple(at(series.each[:depth], {"maxItems": 1}, needed=False) for depth in _arrays(series))
        going_on = [_going_on(series, thread, event, alone) for thread in begun[::-1]]
        beginning = [_beginning(series, begun, event.pins, alone)]
        # What only one kind of event has is numbered by that event, and each is new.
        new_first = series.start is not None and series.events is not None and len(series.events) == 1
        yield from (*beginning, *going_on) if new_first else (*going_on, *beginning)

    return tie


def _going_on(series: Series, thread: Thread, event: Next, alone: tuple[JSONValue, ...]) -> Option:
    ended = not thread.seen.isdisjoint(series.last)
    over = [*(parts for parts in series.once if parts in thread.seen), *(series.content if ended else ())]
    wishes = [_of_item(series, parts, ABSENT, needed=False) for parts in over]
    if series.allowed is not None:
        listed: list[JSONValue] = [*sorted(series.allowed.values)]
        wishes.append(_of_item(series, series.allowed.field, {"enum": listed}, needed=False))
    # The last item that can still say what must be said, says it.
    if series.events is not None and event.after and event.after[0] not in series.events:
        owed = [*(() if ended else series.last[:1]), *(parts for parts in series.once if parts not in thread.seen)]
        wishes += [_of_item(series, parts, PRESENT, needed=True) for parts in owed]
    return Option(dict(zip(map(_first, series.key), thread.key, strict=True)), (*alone, *wishes))


def _beginning(series: Series, begun: Sequence[Thread], pins: Pins, alone: tuple[JSONValue, ...]) -> Option:
    wishes = [_of_item(series, parts, PRESENT, needed=True) for parts in series.first]
    if series.start is None or not series.key:
        return Option(wishes=(*alone, *wishes))
    *group, number = map(_first, series.key)
    values = tuple(pins.get(parts, 0) for parts in group)
    following = series.start + sum(thread.key[:-1] == values for thread in begun)
    return Option({**dict(zip(group, values, strict=True)), number: following}, (*alone, *wishes))


def _total(series: Series, total: Total) -> Tie:
    def tie(event: Next) -> Iterator[Option]:
        if event.name == total.event:
            for thread in threads(series, event.before)[::-1]:
                yield Option(dict(zip(total.key, thread.key, strict=True)))

    return tie


def _starts(series: Series, event: StreamedEvent, path: tuple[str | int, ...]) -> bool:
    if series.starts is None:
        return True
    found = find(event.value, bind(series.starts.field, series.each, path))
    return any(value in series.starts.values for _, value in found if isinstance(value, str))


def _arrays(series: Series) -> list[int]:
    """Return at which depths of `each` its arrays are."""
    return [depth for depth, part in enumerate(series.each) if part == "*"]


def _of_item(series: Series, parts: Pointer, wish: JSONValue, *, needed: bool) -> JSONValue:
    """Wish for a field of the items, where there are items."""
    depth = len(series.each) if parts[: len(series.each)] == series.each else 0
    return at(parts[:depth], at(parts[depth:], wish, needed=needed and depth == len(series.each)), needed=False)


def _first(parts: Pointer) -> Pointer:
    """Return the pointer for the first of the items; there is only one in what is generated."""
    return tuple("0" if part == "*" else part for part in parts)
