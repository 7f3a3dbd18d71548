"""Contract testing for the APIs you do not control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapecheck.errors import StreamError, TapecheckError
from tapecheck.streams import SSEDecoder, SSEEvent

if TYPE_CHECKING:
    from tapecheck.deliveries import CheckedDelivery, DeliveryContracts, DeliveryFinding

__all__ = [
    "CheckedDelivery",
    "DeliveryContracts",
    "DeliveryFinding",
    "SSEDecoder",
    "SSEEvent",
    "StreamError",
    "TapecheckError",
    "__version__",
]

__version__ = "0.1.0"

_DELIVERIES = ("CheckedDelivery", "DeliveryContracts", "DeliveryFinding")


if not TYPE_CHECKING:  # a type checker is to know every name

    def __getattr__(name: str) -> object:
        """Import what takes long when it is first asked for."""
        if name not in _DELIVERIES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from tapecheck import deliveries

        found: object = getattr(deliveries, name)
        return found
