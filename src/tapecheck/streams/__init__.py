"""Takes streamed bodies apart, and knows in which order their events may come. Nothing here does I/O."""

from __future__ import annotations

from tapecheck.streams.json_array import ArrayElement, JSONArrayDecoder, decode_array
from tapecheck.streams.order import Order, State
from tapecheck.streams.sse import SSEDecoder, SSEEvent, decode

__all__ = [
    "ArrayElement",
    "JSONArrayDecoder",
    "Order",
    "SSEDecoder",
    "SSEEvent",
    "State",
    "decode",
    "decode_array",
]
