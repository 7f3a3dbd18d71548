"""What whoever waits for messages is notified of."""

from __future__ import annotations

from typing import Final

ALL: Final = "messages"
"""A message for all came: one notification, however many they are."""


def inbox(agent: str) -> str:
    """Return the topic of private messages to an agent."""
    return f"messages:{agent}"
