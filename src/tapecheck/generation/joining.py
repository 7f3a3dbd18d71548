"""What pieces must make once they are joined: JSON, or the text that a later event repeats."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tapecheck.checking.payload import StreamedEvent
from tapecheck.checking.threads import bind
from tapecheck.contracts import Pointer, Series, Stream
from tapecheck.generation.options import values_at
from tapecheck.generation.series_ties import Thread, threads
from tapecheck.generation.source import Source
from tapecheck.model import JSONValue, find, resolve


def join(stream: Stream, events: Sequence[StreamedEvent], source: Source) -> None:
    """Change the events in place, so that what is declared of joined pieces holds."""
    for series in stream.series:
        if series.json:
            for thread in threads(series, events):
                _write_json(series, thread, source)
    for series in stream.series:
        _write_totals(series, events)


def _write_json(series: Series, thread: Thread, source: Source) -> None:
    spots = _pieces(series, thread)
    word = source.text("", 0, 20)
    text = json.dumps({"text": word} if word else {}, ensure_ascii=False)
    for number, (event, path) in enumerate(spots):
        begin, end = (len(text) * place // len(spots) for place in (number, number + 1))
        _write(event, path, text[begin:end])


def _write_totals(series: Series, events: Sequence[StreamedEvent]) -> None:
    total = series.total
    if total is None:
        return
    joined = {
        repr(thread.key): "".join(str(resolve(event.value, path)) for event, path in _pieces(series, thread))
        for thread in threads(series, events)
    }
    for event in events:
        if event.name == total.event and (key := values_at(event.value, total.key)) is not None:
            for path, _ in _strings(event.value, total.field)[:1]:
                _write(event, path, joined.get(repr(key), ""))


def _pieces(series: Series, thread: Thread) -> list[tuple[StreamedEvent, tuple[str | int, ...]]]:
    """Return where the pieces of a thread are."""
    return [
        (event, path)
        for event, item in thread.items
        for path, _ in _strings(event.value, bind(series.join or (), series.each, item))
    ]


def _strings(value: JSONValue, parts: Pointer) -> list[tuple[tuple[str | int, ...], str]]:
    return [(path, found) for path, found in find(value, parts) if isinstance(found, str)]


def _write(event: StreamedEvent, path: tuple[str | int, ...], text: str) -> None:
    holder, last = resolve(event.value, path[:-1]), path[-1]
    if isinstance(holder, dict):
        holder[str(last)] = text
    elif isinstance(holder, list):
        holder[int(last)] = text
