"""DeepSeek."""

from __future__ import annotations

from backend.providers.deepseek.provider import PROVIDER

__all__ = ["PROVIDER"]
