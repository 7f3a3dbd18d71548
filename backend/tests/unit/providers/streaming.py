"""Feeds streams to readers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise

from backend.llm.protocol import Answer, JsonObject, Reader
from tapecheck import SSEDecoder, SSEEvent


def event(document: JsonObject, *, complete: bool = True) -> SSEEvent:
    """Return the event that carries a document."""
    return SSEEvent(None, json.dumps(document), None, None, 0, complete)


def sse(documents: Iterable[JsonObject]) -> bytes:
    """Return the body of a stream of these documents."""
    return b"".join(f"data: {json.dumps(document, ensure_ascii=False)}\n\n".encode() for document in documents)


def in_chunks(body: bytes, cuts: Iterable[int]) -> list[SSEEvent]:
    """Return the events of a body that comes in chunks, cut at these places."""
    places = [0, *sorted(place for place in cuts if place < len(body)), len(body)]
    decoder = SSEDecoder()
    events = [event for start, end in pairwise(places) for event in decoder.feed(body[start:end])]
    last = decoder.close()
    return events if last is None else [*events, last]


def read_stream(reader: Reader, events: Sequence[SSEEvent]) -> Answer:
    """Return the answer in a whole stream; the text that came piece by piece is that of the answer."""
    text = "".join(piece for event in events for piece in reader.feed(event))
    answer = reader.close()
    assert text == reader.text == answer.message
    return answer
