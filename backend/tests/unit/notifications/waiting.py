"""A clock for those who wait: time passes when the test says so, and not before."""

from __future__ import annotations

import asyncio

from backend.tests.virtual_clock import VirtualClock


class StandingClock(VirtualClock):
    """A clock on which `sleep` lasts until the test has advanced it so far."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Condition()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        end = self.monotonic() + seconds
        while self.monotonic() < end:
            async with self._moved:
                await self._moved.wait()

    async def move(self, seconds: float) -> None:
        """Advance, and wake whoever sleeps."""
        self.advance(seconds)
        async with self._moved:
            self._moved.notify_all()
