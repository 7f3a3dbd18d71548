"""Whoever follows Standard Webhooks.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="standard", events=("/type",), contract="standard-webhooks")
