"""Streams as bytes: one piece for each event, so that a server can send them one by one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tapecheck.contracts import Stream
from tapecheck.model import JSONValue

Event = tuple[str, JSONValue]
"""The name of an event, and its data; of the closing marker `done`, None."""


def encode(events: Sequence[Event], framing: str, stream: Stream) -> list[bytes]:
    """Write events as the body of a stream; the pieces, joined, are the body.

    Args:
        events: names and data.
        framing: `sse` or `json-array`.
        stream: says whether the SSE `event:` field repeats the name, and what the closing marker is.
    """
    if framing == "sse":
        return [_sse(name, value, stream) for name, value in events]
    pieces = [f"{',' if number else '['}{_json(value)}" for number, (_, value) in enumerate(events)] or ["["]
    return [piece.encode() for piece in [*pieces[:-1], f"{pieces[-1]}]"]]


def _sse(name: str, value: JSONValue, stream: Stream) -> bytes:
    is_marker = name == "done" and stream.done is not None
    label = f"event: {name}\n" if stream.named_in_sse else ""
    return f"{label}data: {stream.done if is_marker else _json(value)}\n\n".encode()


def _json(value: JSONValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
