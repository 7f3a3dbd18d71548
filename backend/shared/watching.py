"""Waiting for what is written next."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

from backend.clock import Clock, Deadline
from backend.notifications.notifications import Notifications
from backend.shared.history import Feed, History, Page

_KEEP_ALIVE: Final = 15.0
"""Seconds without anything new after which whoever follows is told so, as nobody on the way must take it for dead."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Gives whoever follows a feed what is new, as soon as it is committed by whatever process.

    Whoever waits holds no connection to the database. Every method raises `UnavailableError` when the database cannot
    be used now.

    Args:
        history: where versions are found.
        notifications: tell that there may be new ones.
        clock: measures how long a wait takes.
    """

    _history: History
    _notifications: Notifications
    _clock: Clock

    async def next(self, feed: Feed, after: int, wait: float) -> Page:
        """Return what is behind a cursor as soon as there is anything; nothing after so many seconds."""
        deadline = Deadline(self._clock, wait)
        with self._notifications.subscribe(feed.topic) as subscription:
            page = await self._history.behind(feed, after)
            while not page.versions and not subscription.ended and (left := deadline.remaining()):
                await subscription.wait(left)
                page = await self._history.behind(feed, after)
        return page

    async def follow(self, feed: Feed, after: int) -> AsyncGenerator[Page, None]:
        """Yield what is behind a cursor, page by page; an empty one now and then while nothing is new.

        It ends only when the service stops.
        """
        with self._notifications.subscribe(feed.topic) as subscription:
            while not subscription.ended:
                page = await self._history.behind(feed, after)
                if page.versions:
                    after = page.cursor
                    yield page
                elif not await subscription.wait(_KEEP_ALIVE):
                    yield page
