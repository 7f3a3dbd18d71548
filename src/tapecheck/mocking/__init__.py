"""Guards tests against their own mocks: what they answer, what they hide, and what they leave behind."""

from __future__ import annotations

from tapecheck.mocking.guard import MockGuard

__all__ = ["MockGuard"]
