"""OpenAI, which follows Standard Webhooks.

Source: https://platform.openai.com/docs/guides/webhooks
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="openai", events=("/type",), contract="openai")
