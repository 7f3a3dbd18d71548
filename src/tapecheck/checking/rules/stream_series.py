"""TC107, TC108: items that run through several events, such as the pieces of one tool call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tapecheck.checking.exchange import Exchange
from tapecheck.checking.payload import EventStream, Malformed, StreamedEvent, is_there, parse_json
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.checking.rules.stream_order import follow
from tapecheck.checking.threads import Key, bind, describe, items, key_of
from tapecheck.checking.wording import show
from tapecheck.contracts import FieldValues, Pointer, Series
from tapecheck.model import Code, JSONValue, Side, find, pointer

Fault = tuple[Code, StreamedEvent, str]
Steps = tuple[str | int, ...]


def stream_series(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield what is wrong with the items of each declared series, taken together."""
    stream, body = exchange.operation.stream, exchange.interaction.response.body
    if stream is None or not isinstance(exchange.response, EventStream):
        return
    whole = follow(stream, exchange.response).whole
    for series in stream.series:
        run = _Run(series)
        faults = [fault for event in exchange.response.events for fault in run.see(event)]
        if whole:
            faults += run.at_end(exchange.response.events)
        for code, event, message in faults:
            line = line_in(body, event.line)
            yield Problem(code=code, message=message, side=Side.RESPONSE, line=line, event=event.index)


@dataclass(slots=True)
class _Thread:
    """One series: its items so far."""

    latest: StreamedEvent
    where: str
    seen: set[Pointer] = field(default_factory=set)
    ended: bool = False
    pieces: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a series: the part of an event at a path that `each` leads to."""

    event: StreamedEvent
    each: Pointer
    path: Steps

    def has(self, parts: Pointer) -> bool:
        return is_there(self.event.value, bind(parts, self.each, self.path))

    def strings(self, parts: Pointer) -> list[str]:
        return _strings(self.event.value, bind(parts, self.each, self.path))

    def has_one_of(self, wanted: FieldValues) -> bool:
        return any(value in wanted.values for value in self.strings(wanted.field))


class _Run:
    """The threads of one declared series."""

    def __init__(self, series: Series) -> None:
        self._series = series
        self._threads: dict[Key, _Thread] = {}
        self._next: dict[Key, int] = {}
        self._newest: Key = ()

    def see(self, event: StreamedEvent) -> Iterator[Fault]:
        """Take the next event and yield what is wrong with the items in it."""
        series = self._series
        if series.events is not None and event.name not in series.events:
            return
        for path in items(event.value, series.each):
            key = key_of(event.value, [bind(parts, series.each, path) for parts in series.key])
            if key is not None:
                yield from ((Code.STREAM_ORDER, event, text) for text in self._item(event, path, key))

    def _item(self, event: StreamedEvent, path: Steps, key: Key) -> Iterator[str]:
        series, item = self._series, _Item(event, self._series.each, path)
        thread = self._threads.get(key)
        if thread is None:
            if series.starts is not None and not item.has_one_of(series.starts):
                return
            thread = self._threads[key] = _Thread(event, describe(series.key, key))
            yield from self._begins(key, thread)
            missing = [parts for parts in series.first if not item.has(parts)]
            yield from (f"the series{thread.where} begins without {pointer(parts)}" for parts in missing)
            self._newest = key
        elif series.in_turn and key != self._newest:
            yield f"the series{thread.where} goes on after the next one has begun"
        yield from self._goes_on(thread, item)

    def _goes_on(self, thread: _Thread, item: _Item) -> Iterator[str]:
        """Check what holds for every item of a series."""
        series = self._series
        thread.latest = item.event
        for parts in filter(item.has, series.once):
            if parts in thread.seen:
                yield f"{pointer(parts)} comes a second time in the series{thread.where}"
            thread.seen.add(parts)
        if series.allowed is not None:
            for value in item.strings(series.allowed.field):
                if value not in series.allowed.values:
                    allowed = ", ".join(map(show, sorted(series.allowed.values)))
                    yield f"got {show(value)} in the series{thread.where}, the contract allows {allowed}"
        if thread.ended and any(map(item.has, series.content)):
            yield f"the series{thread.where} goes on after its last item"
        thread.ended = thread.ended or any(map(item.has, series.last))
        if series.join is not None:
            thread.pieces += item.strings(series.join)

    def _begins(self, key: Key, thread: _Thread) -> Iterator[str]:
        """Check the number of a new series against the ones before it."""
        if self._series.start is None or not key:
            return
        group, number = key[:-1], key[-1]
        expected = self._next.get(group, self._series.start)
        if number != repr(expected):
            yield f"a new series begins{thread.where}, expected number {expected}"
        self._next[group] = int(number) + 1 if number.isdecimal() else expected + 1

    def at_end(self, events: tuple[StreamedEvent, ...]) -> Iterator[Fault]:
        """Yield what is still missing when a stream has ended properly."""
        series = self._series
        for thread in self._threads.values():
            missing = [parts for parts in series.once if parts not in thread.seen]
            missing += [] if thread.ended else series.last[:1]
            for parts in missing:
                yield Code.STREAM_INCOMPLETE, thread.latest, f"the series{thread.where} ends without {pointer(parts)}"
            joined = "".join(thread.pieces)
            if series.json and not self._excused(events) and not _is_json(joined):
                message = f"the pieces of the series{thread.where} join to {show(joined)}, which is not JSON"
                yield Code.STREAM_ORDER, thread.latest, message
        yield from self._totals(events)

    def _excused(self, events: tuple[StreamedEvent, ...]) -> bool:
        if self._series.unless is None:
            return False
        unless = self._series.unless
        return any(value in unless.values for event in events for value in _strings(event.value, unless.field))

    def _totals(self, events: tuple[StreamedEvent, ...]) -> Iterator[Fault]:
        total = self._series.total
        if total is None:
            return
        for event in events:
            if event.name != total.event or (key := key_of(event.value, total.key)) is None:
                continue
            joined = "".join(self._threads[key].pieces) if key in self._threads else ""
            whole = next(iter(_strings(event.value, total.field)), None)
            if whole is not None and whole != joined:
                where = describe(total.key, key)
                yield Code.STREAM_ORDER, event, f"got {show(whole)}, the pieces{where} join to {show(joined)}"


def _strings(value: JSONValue, parts: Pointer) -> list[str]:
    return [found for _, found in find(value, parts) if isinstance(found, str)]


def _is_json(text: str) -> bool:
    return not text or not isinstance(parse_json(text.encode()), Malformed)
