"""Inboxes: read page by page, waited for, and acknowledged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.agents.store import AgentStore
from backend.clock import Clock, Deadline
from backend.database.working import working
from backend.errors import ConflictError
from backend.messages import topics
from backend.messages.message import Kind, Message, Page, Wanted
from backend.notifications.notifications import Notifications

_KEEP_ALIVE: Final = 15.0
"""Seconds without a message after which a stream shows that it is still there."""

# One statement sees the inbox and its messages as of one moment.
_READ: Final = text("""
    SELECT inboxes.last, inboxes.acknowledged, found.*, messages.body, messages.sent_at
    FROM inboxes LEFT JOIN LATERAL (
        SELECT number, message AS id, sender, kind FROM inbox_entries
        WHERE recipient = inboxes.agent
            AND number > coalesce(CAST(:after AS bigint), inboxes.acknowledged)
            AND sender = coalesce(CAST(:sender AS text), sender)
            AND kind = coalesce(CAST(:kind AS text), kind)
        ORDER BY number LIMIT :limit
    ) AS found ON true LEFT JOIN messages ON messages.id = found.id
    WHERE inboxes.agent = :agent ORDER BY found.number
""")
_ACKNOWLEDGE: Final = text("""
    UPDATE inboxes SET acknowledged = CASE WHEN :up_to > last THEN acknowledged ELSE greatest(acknowledged, :up_to) END
    WHERE agent = :agent RETURNING acknowledged, last
""")


@dataclass(frozen=True, slots=True)
class Inboxes:
    """The inboxes of all agents.

    Every method raises `NotFoundError` where there is no such agent, and `UnavailableError` when the database cannot
    be used now. Nobody holds a connection to the database while waiting.

    Args:
        engine: of a database whose migrations are done.
        agents: who there is.
        notifications: tells that messages may have come.
        clock: measures how long a wait takes.
    """

    _engine: AsyncEngine
    _agents: AgentStore
    _notifications: Notifications
    _clock: Clock

    async def read(self, agent: str, wanted: Wanted, wait: float = 0) -> Page:
        """Return the messages that are wanted; where there is none, wait so many seconds for one to come."""
        await self._agents.get(agent)
        with self._notifications.subscribe(topics.inbox(agent), topics.ALL) as subscription:
            deadline = Deadline(self._clock, wait)
            page = await self._page(agent, wanted)
            while not page.messages and deadline.remaining() and await subscription.wait(deadline.remaining()):
                page = await self._page(agent, replace(wanted, after=page.next))
        return page

    async def stream(self, agent: str, wanted: Wanted) -> AsyncIterator[Message | None]:
        """Return the messages that are wanted, as they come, until the service stops; None shows that it goes on."""
        await self._agents.get(agent)
        return self._stream(agent, wanted)

    async def acknowledge(self, agent: str, up_to: int) -> int:
        """Acknowledge all messages up to a number; return up to which they are acknowledged now.

        It never goes back: to acknowledge again what was acknowledged changes nothing.

        Raises:
            ConflictError: there is no message with this number yet.
        """
        await self._agents.get(agent)
        async with working(self._engine), self._engine.begin() as connection:
            row = (await connection.execute(_ACKNOWLEDGE, {"agent": agent, "up_to": up_to})).one_or_none()
        acknowledged, last = row or (0, 0)
        if up_to > last:
            raise ConflictError(f"there is no message {up_to} to acknowledge: the last one is {last}")
        return acknowledged

    async def _stream(self, agent: str, wanted: Wanted) -> AsyncIterator[Message | None]:
        with self._notifications.subscribe(topics.inbox(agent), topics.ALL) as subscription:
            while not subscription.ended:
                page = await self._page(agent, wanted)
                wanted = replace(wanted, after=page.next)
                for message in page.messages:
                    yield message
                if not page.messages and not await subscription.wait(_KEEP_ALIVE):
                    yield None

    async def _page(self, agent: str, wanted: Wanted) -> Page:
        parameters = {
            "agent": agent,
            "after": wanted.after,
            "limit": wanted.limit,
            "sender": wanted.sender,
            "kind": wanted.kind,
        }
        async with working(self._engine), self._engine.connect() as connection:
            rows = (await connection.execute(_READ, parameters)).all()
        if not rows:  # no message has ever come
            return Page(messages=(), next=wanted.after or 0, acknowledged=0)
        last, acknowledged = rows[0].last, rows[0].acknowledged
        messages = [_message(row) for row in rows if row.id is not None]
        after = acknowledged if wanted.after is None else wanted.after
        seen = messages[-1].number if len(messages) == wanted.limit else max(after, last)
        return Page(messages=messages, next=seen, acknowledged=acknowledged)


def _message(row: Row[Any]) -> Message:
    return Message(
        number=row.number,
        id=row.id,
        sender=row.sender,
        kind=Kind(row.kind),
        body=row.body,
        sent_at=row.sent_at.astimezone(UTC),
    )
