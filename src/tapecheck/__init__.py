"""Contract testing for the APIs you do not control."""

from __future__ import annotations

from tapecheck.errors import StreamError, TapecheckError
from tapecheck.streams import SSEDecoder, SSEEvent

__all__ = ["SSEDecoder", "SSEEvent", "StreamError", "TapecheckError", "__version__"]

__version__ = "0.1.0"
