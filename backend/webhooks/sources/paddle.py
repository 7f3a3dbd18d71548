"""Paddle: a notification is one event on its way to one destination.

Source: https://developer.paddle.com/webhooks/about/how-webhooks-work
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="paddle", events=("/event_type",), ids=("/notification_id", "/event_id"))
