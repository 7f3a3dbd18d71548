"""Who waits for what, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

from backend.clock import Clock
from backend.notifications.sending import payload


class Subscription:
    """A wait for topics: whatever was notified since the last `wait`, or since the beginning, ends the next at once.

    A notification is only a hint: look into the database after `subscribe`, and again after each `wait`.

    Args:
        clock: measures how long a wait takes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._woken = asyncio.Event()
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the service stops, so that waiting is over."""
        return self._ended

    async def wait(self, timeout: float) -> bool:
        """Return True when there may be something new, False after so many seconds and when the service stops."""
        if not self._woken.is_set():
            await _race(self._woken.wait(), self._clock.sleep(timeout))
        woken = self._woken.is_set() and not self._ended
        if woken:
            self._woken.clear()
        return woken

    def wake(self) -> None:
        """End the wait that is under way, or else the next one."""
        self._woken.set()

    def end(self) -> None:
        """End all waits, from now on."""
        self._ended = True
        self._woken.set()


class Subscriptions:
    """All that wait.

    Args:
        clock: measures how long a wait takes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ended = False
        self._waiting: dict[str, set[Subscription]] = {}

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Subscription]:
        """Give a subscription to any of these topics, which ends with this context."""
        subscription = Subscription(self._clock)
        if self._ended:
            subscription.end()
        keys = {payload(topic) for topic in topics}
        for key in keys:
            self._waiting.setdefault(key, set()).add(subscription)
        try:
            yield subscription
        finally:
            for key in keys:
                self._waiting[key].discard(subscription)
                if not self._waiting[key]:
                    del self._waiting[key]

    def wake(self, key: str) -> None:
        """Wake whoever waits for a topic, by the payload that is sent for it."""
        for subscription in self._waiting.get(key, ()):
            subscription.wake()

    def wake_all(self) -> None:
        """Wake everyone, as something may have been missed."""
        for key in self._waiting:
            self.wake(key)

    def end(self) -> None:
        """End all waits, also those that begin from now on."""
        self._ended = True
        for waiting in self._waiting.values():
            for subscription in waiting:
                subscription.end()


async def _race(*competitors: Coroutine[object, object, object]) -> None:
    """Return when the first of them has, and end the others."""
    running = [asyncio.create_task(each) for each in competitors]
    try:
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
