"""A deadline that passes when a test says so, so that nobody waits for it."""

from __future__ import annotations

import asyncio

from backend.clock import Deadline
from backend.tests.virtual_clock import VirtualClock


class PassableDeadline(Deadline):
    """As long as it takes, until `pass_now`."""

    def __init__(self, clock: VirtualClock, seconds: float) -> None:
        super().__init__(clock, seconds)
        self._virtual_clock = clock
        self._limit = asyncio.timeout(None)

    def limit(self) -> asyncio.Timeout:
        self._limit = asyncio.timeout(None)
        return self._limit

    def pass_now(self) -> None:
        self._virtual_clock.advance(self.remaining())
        self._limit.reschedule(asyncio.get_running_loop().time())
