"""Svix itself, and who sends through it.

Source: https://docs.svix.com/receiving/verifying-payloads/how
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="svix", events=("/type",), contract="svix")
