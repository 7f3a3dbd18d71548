"""A delivery, and how far its processing has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

ID_PATTERN: Final = r"^whd_[0-9a-f]{32}$"


class Status(StrEnum):
    """How far a delivery has come."""

    RECEIVED = "received"
    PROCESSING = "processing"
    PROCESSED = "processed"
    QUARANTINED = "quarantined"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery that was verified and stored.

    Attributes:
        id: ours, in the order of arrival.
        source: who sent it.
        delivery_id: what makes it unique among those of its source.
        event: its name, where the delivery tells.
        headers: without those that could prove or grant anything.
        body: the raw bytes.
        received_at: when it arrived.
        run: which processing it is: 1, and one more for each replay.
        released: whether someone let it go on though it breaks its contract.
    """

    id: str
    source: str
    delivery_id: str
    event: str | None
    headers: Sequence[tuple[str, str]]
    body: bytes = field(repr=False)
    received_at: datetime
    run: int = 1
    released: bool = False
