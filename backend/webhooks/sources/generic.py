"""Senders of our own, and those without a scheme: JSON, best with an `id`, and an `event` or `type`."""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(
    scheme="generic",
    events=("/type", "/event"),
    ids=("/id",),
    contract="standard-webhooks",
    nameless=True,
    unsigned=True,
)
