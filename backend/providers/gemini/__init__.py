"""Gemini: the generative language API."""

from __future__ import annotations

from backend.providers.gemini.provider import PROVIDER

__all__ = ["PROVIDER"]
