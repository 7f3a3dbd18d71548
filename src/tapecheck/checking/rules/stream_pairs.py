"""TC107, TC108: events that open and close."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.checking.exchange import Exchange
from tapecheck.checking.payload import EventStream, StreamedEvent
from tapecheck.checking.problem import Problem, Validation, line_in
from tapecheck.checking.rules.stream_order import follow
from tapecheck.checking.threads import Key, describe, key_of
from tapecheck.contracts import Pair
from tapecheck.model import Code, Side


def stream_pairs(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield each event that opens twice, closes or goes on with what is not open, and what stays open at the end."""
    stream, body = exchange.operation.stream, exchange.interaction.response.body
    if stream is None or not isinstance(exchange.response, EventStream):
        return
    whole = follow(stream, exchange.response).whole
    for pair in stream.pairs:
        run = _Run(pair)
        for event in exchange.response.events:
            for message in run.see(event):
                line = line_in(body, event.line)
                yield Problem(code=Code.STREAM_ORDER, message=message, side=Side.RESPONSE, line=line, event=event.index)
        for event, message in run.left_open() if whole else ():
            line = line_in(body, event.line)
            code = Code.STREAM_INCOMPLETE
            yield Problem(code=code, message=message, side=Side.RESPONSE, line=line, event=event.index)


class _Run:
    """What of one kind of pair is open."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._open: dict[Key, StreamedEvent] = {}
        self._next = pair.start
        self._concerned = {pair.open, pair.close, *pair.inside}

    def see(self, event: StreamedEvent) -> Iterator[str]:
        """Take the next event and yield what is wrong with it."""
        if event.name not in self._concerned or (key := key_of(event.value, self._pair.key)) is None:
            return
        where = describe(self._pair.key, key)
        if event.name == self._pair.open:
            yield from self._opens(event, key, where)
        elif event.name == self._pair.close:
            if self._open.pop(key, None) is None:
                yield f"{event.name!r} closes what is not open{where}"
        elif key not in self._open:
            yield f"{event.name!r} comes while no {self._pair.open!r} is open{where}"

    def left_open(self) -> Iterator[tuple[StreamedEvent, str]]:
        """Yield what was opened and never closed."""
        for key, event in self._open.items():
            yield event, f"{event.name!r} is never closed by {self._pair.close!r}{describe(self._pair.key, key)}"

    def _opens(self, event: StreamedEvent, key: Key, where: str) -> Iterator[str]:
        if key in self._open:
            yield f"{event.name!r} opens what is open already{where}"
        elif self._open and not self._pair.interleaved:
            yield f"{event.name!r} opens{where} while another is open"
        if self._next is not None and key:
            if key != (repr(self._next),):
                yield f"{event.name!r} opens{where}, expected {self._next}, as they count up"
            self._next = int(key[0]) + 1 if key[0].isdecimal() else self._next + 1
        self._open[key] = event
