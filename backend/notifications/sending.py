"""How a writer tells that something has changed: within its transaction, so that it is told when that is committed."""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

CHANNEL: Final = "backend"
"""The one channel; what a notification is about is in its payload."""

_LONGEST: Final = 256
"""Bytes of a topic that is sent as it is; PostgreSQL takes payloads of less than 8000.

https://www.postgresql.org/docs/18/sql-notify.html
"""

_NOTIFY: Final = text(f"SELECT pg_notify('{CHANNEL}', topic) FROM unnest(CAST(:topics AS text[])) AS topic")  # noqa: S608


def payload(topic: str) -> str:
    """Return what is sent for a topic: itself, or its SHA-256 where it is long."""
    raw = topic.encode()
    return topic if len(raw) <= _LONGEST else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def notify_statement(*topics: str) -> Executable:
    """Return the statement that notifies whoever waits for any of these topics, when its transaction is committed.

    Args:
        topics: no longer, the better; without NUL characters and not empty.
    """
    return _NOTIFY.bindparams(topics=[payload(topic) for topic in topics])


async def notify(transaction: AsyncConnection | AsyncSession, *topics: str) -> None:
    """Notify whoever waits for any of these topics, in all processes, when the transaction is committed."""
    await transaction.execute(notify_statement(*topics))
