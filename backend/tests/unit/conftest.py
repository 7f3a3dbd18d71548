"""What the unit tests of endpoints may ask for."""

from __future__ import annotations

from backend.tests.application import client

__all__ = ["client"]
