"""What comes in on the one connection of this process that listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import Final

from backend.clock import Clock
from backend.database.connection import connecting
from backend.database.engine import connect_options, parse_url
from backend.logs import logger
from backend.notifications.sending import CHANNEL
from backend.notifications.subscriptions import Subscription, Subscriptions
from backend.settings import Settings

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 10.0
"""Seconds before it connects again: doubled after each failure, and at most."""


class Notifications:
    """Wakes those in this process who wait for a topic when any process notifies it, as `notify` does.

    It holds one connection to the database, besides those of the pools. When that breaks, it connects again and wakes
    everyone, as it cannot know what it missed.

    Args:
        url: of the PostgreSQL.
        settings: `connect_timeout` and `database_timeout` matter here; after so much silence it asks whether the
            server is still there.
        clock: lets pauses pass, and measures how long a wait takes.

    Raises:
        StartError: the URL is not one of a PostgreSQL.
    """

    def __init__(self, url: str, settings: Settings, clock: Clock) -> None:
        parsed = parse_url(url)
        _, options = parsed.get_dialect()().create_connect_args(parsed)
        self._options = {**options, **connect_options(parsed, settings.connect_timeout), "autocommit": True}
        self._connect = connecting(settings.database_timeout)
        self._clock = clock
        self._subscriptions = Subscriptions(clock)

    def subscribe(self, *topics: str) -> AbstractContextManager[Subscription]:
        """Return a context in which to wait for any of these topics."""
        return self._subscriptions.subscribe(*topics)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen within this context; at its end all waits end."""
        listening = asyncio.create_task(self._listen_forever())
        try:
            yield
        finally:
            self.end()
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    def end(self) -> None:
        """End all waits, also those that begin from now on: the service stops."""
        self._subscriptions.end()

    async def _listen_forever(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                async for _ in self._listen():
                    pause = _FIRST_PAUSE
            except Exception as error:  # noqa: BLE001 - of a mistake, too: nobody would be woken any more
                logger().warning("notifications_interrupted", error=type(error).__name__)
            await self._clock.sleep(pause)
            pause = min(_LONGEST_PAUSE, 2 * pause)

    async def _listen(self) -> AsyncIterator[None]:
        """Listen until the connection breaks, and yield whenever it has proved to work."""
        async with await self._connect(**self._options) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._subscriptions.wake_all()
            while True:
                yield
                async for notification in connection.notifies():  # ends after the patience of the connection
                    self._subscriptions.wake(notification.payload)
                await connection.execute("SELECT 1")
