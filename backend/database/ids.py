"""Ids of rows that sort by the time of their making."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_id(prefix: str, now: datetime) -> str:
    """Return an id that sorts by time: 48 bits of milliseconds, 80 of chance, much like a UUID version 7 (RFC 9562).

    Args:
        prefix: says of what it is, as `agt` of an agent.
        now: with a time zone.
    """
    return f"{prefix}_{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"
