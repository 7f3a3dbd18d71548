"""OpenAI."""

from __future__ import annotations

from backend.providers.openai.provider import PROVIDER

__all__ = ["PROVIDER"]
