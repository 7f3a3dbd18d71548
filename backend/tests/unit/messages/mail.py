"""Everything that messages need, on a fresh database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.agents.agent import Maturity
from backend.agents.store import AgentStore
from backend.clock import Clock, SystemClock
from backend.database.engine import make_engine
from backend.messages.inboxes import Inboxes
from backend.messages.message import Message, Wanted
from backend.messages.outbox import Outbox
from backend.notifications.notifications import Notifications
from backend.settings import Settings
from backend.tests.virtual_clock import VirtualClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The messages as one process sees them."""

    store: AgentStore
    outbox: Outbox
    inboxes: Inboxes
    notifications: Notifications
    clock: VirtualClock

    async def agents(self, count: int, maturity: Maturity = Maturity.AUTONOMOUS) -> list[str]:
        """Create agents, and return their ids."""
        return [(await self.store.create(f"Agent {number}", maturity)).id for number in range(count)]

    async def inbox(self, agent: str, after: int | None = None) -> list[Message]:
        """Read an inbox."""
        return list((await self.inboxes.read(agent, Wanted(after=after, limit=100))).messages)


def mail_of(engine: AsyncEngine, database_url: str, waiting: Clock | None = None) -> Mail:
    """Return the messages on a database.

    Args:
        engine: of it.
        database_url: of it.
        waiting: the clock of those who wait; the real one by default.
    """
    clock, waiting = VirtualClock(), waiting or SystemClock()
    store = AgentStore(engine, clock)
    notifications = Notifications(database_url, Settings(connect_timeout=60), waiting)
    return Mail(
        store=store,
        outbox=Outbox(engine, store, clock),
        inboxes=Inboxes(engine, store, notifications, waiting),
        notifications=notifications,
        clock=clock,
    )


@asynccontextmanager
async def process(database_url: str) -> AsyncIterator[Mail]:
    """Give the messages of a process, which listens on a connection of its own."""
    engine = make_engine(database_url, Settings(pool_size=5, pool_timeout=60))
    found = mail_of(engine, database_url)
    try:
        async with found.notifications.running():
            yield found
    finally:
        await engine.dispose()


@pytest.fixture
async def mail(anyio_backend: str, engine: AsyncEngine, database_url: str) -> Mail:
    """The messages of one process, which does not listen."""
    return mail_of(engine, database_url)
