"""Twilio: forms whose fields are the event; few products name what happened.

Source: https://www.twilio.com/docs/usage/webhooks
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="twilio", events=("/EventType", "/MessageStatus", "/SmsStatus", "/CallStatus"), form="")
