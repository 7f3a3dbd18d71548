"""Ties of events that open and close: what is open may go on or close, and what opens has the next number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tapecheck.checking.payload import StreamedEvent
from tapecheck.contracts import Pair, Stream
from tapecheck.generation.options import Next, Option, Tie, values_at
from tapecheck.model import JSONValue


def pair_ties(stream: Stream) -> list[Tie]:
    """Return the ties of a stream's pairs, in the order in which they are declared: the outer ones first."""
    return [_tie(pair) for pair in stream.pairs]


def _tie(pair: Pair) -> Tie:
    def tie(event: Next) -> Iterator[Option]:
        if event.name == pair.open and pair.start is not None:
            opened = sum(one.name == pair.open for one in event.before)
            yield Option({pair.key[0]: pair.start + opened})
        elif event.name == pair.close or event.name in pair.inside:
            for key in _open(pair, event.before)[::-1]:
                yield Option(dict(zip(pair.key, key, strict=True)))

    return tie


def _open(pair: Pair, events: Sequence[StreamedEvent]) -> list[tuple[JSONValue, ...]]:
    """Return the keys that are open, in the order in which they opened."""
    found: list[tuple[JSONValue, ...]] = []
    for event in events:
        key = values_at(event.value, pair.key)
        if key is not None and event.name == pair.open:
            found.append(key)
        elif key in found and event.name == pair.close:
            found.remove(key)
    return found
