"""Time, sleep and chance, passed in wherever they matter, so that tests decide what they are."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

Chance: TypeAlias = Callable[[], float]
"""Draws a number from 0 up to but not including 1."""


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""

    def monotonic(self) -> float:
        """Return the seconds since some moment; they never go back."""

    async def sleep(self, seconds: float) -> None:
        """Return when these seconds have passed."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the seconds since the machine started, or so."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run for these seconds."""
        await asyncio.sleep(seconds)


class Deadline:
    """The moment by which the whole of something has to be done, retries and pauses included.

    Args:
        clock: measures the time.
        seconds: from now.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.monotonic() + seconds
        self.seconds = seconds

    def remaining(self) -> float:
        """Return the seconds left; 0 when it has passed."""
        return max(0.0, self._end - self._clock.monotonic())

    def limit(self) -> asyncio.Timeout:
        """Return a context that raises `TimeoutError` when the deadline passes within it."""
        return asyncio.timeout(self.remaining())


system_chance: Chance = random.SystemRandom().random
