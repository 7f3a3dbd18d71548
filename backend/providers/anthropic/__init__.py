"""Anthropic: the Messages API."""

from __future__ import annotations

from backend.providers.anthropic.provider import PROVIDER

__all__ = ["PROVIDER"]
