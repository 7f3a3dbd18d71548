"""Shared state as several processes see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from backend.clock import Clock
from backend.database.engine import make_engine
from backend.notifications.notifications import Notifications
from backend.settings import Settings
from backend.shared.history import History
from backend.shared.store import SharedStore
from backend.shared.watching import Watcher
from backend.tests.unit.shared.sharing import store_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What one process has of shared state."""

    engine: AsyncEngine
    notifications: Notifications
    watcher: Watcher
    store: SharedStore


@asynccontextmanager
async def process(database_url: str, clock: Clock, *, kept: int = 100) -> AsyncIterator[Process]:
    """Give a process, which listens on a connection of its own."""
    engine = make_engine(database_url, Settings(pool_size=4, pool_timeout=60))
    notifications = Notifications(database_url, Settings(connect_timeout=60), clock)
    async with notifications.running():
        yield Process(
            engine=engine,
            notifications=notifications,
            watcher=Watcher(History(engine), notifications, clock),
            store=store_on(engine, kept=kept),
        )
    await engine.dispose()
