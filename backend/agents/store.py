"""Where agents are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.agents.agent import ID_PATTERN, Agent, Maturity
from backend.agents.tables import AgentRow
from backend.clock import Clock
from backend.database.ids import new_id
from backend.database.working import working
from backend.errors import NotFoundError, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPage:
    """Some agents.

    Attributes:
        agents: the oldest first.
        next_cursor: the `after` of the page behind this one; None on the last.
    """

    agents: tuple[Agent, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class AgentStore:
    """The agents in the database.

    Every method raises `UnavailableError` when the database cannot be used now.

    Args:
        engine: of a database whose migrations are done.
        clock: tells when an agent is created.
    """

    _engine: AsyncEngine
    _clock: Clock

    async def create(self, name: str, maturity: Maturity) -> Agent:
        """Store a new agent; the name must not hold a NUL character, which PostgreSQL cannot store."""
        now = self._clock.now()
        row = AgentRow(id=new_id("agt", now), name=name, maturity=maturity, created_at=now)
        async with (
            working(self._engine),
            AsyncSession(self._engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            session.add(row)
        return _agent(row)

    async def get(self, id: str) -> Agent:  # noqa: A002 - as the attribute is called
        """Return an agent.

        Raises:
            NotFoundError: there is none with this id.
        """
        row = None
        if re.fullmatch(ID_PATTERN, id):  # others may hold what PostgreSQL cannot take
            async with working(self._engine), AsyncSession(self._engine) as session:
                row = await session.get(AgentRow, id)
        if row is None:
            raise _absent(id)
        return _agent(row)

    async def list(self, limit: int = 50, after: str | None = None) -> AgentPage:
        """Return at most `limit` agents in the order of their ids, which is the order of their creation.

        Args:
            limit: at least 1.
            after: the `next_cursor` of the page before; None for the first page.

        Raises:
            NotFoundError: `after` is not an id of an agent.
        """
        query = select(AgentRow).order_by(AgentRow.id).limit(limit + 1)
        if after is not None:
            if not re.fullmatch(ID_PATTERN, after):
                raise _absent(after)
            query = query.where(AgentRow.id > after)
        async with working(self._engine), AsyncSession(self._engine) as session:
            agents = [_agent(row) for row in await session.scalars(query)]
        more = len(agents) > limit
        return AgentPage(agents=tuple(agents[:limit]), next_cursor=agents[limit - 1].id if more else None)


def _agent(row: AgentRow) -> Agent:
    return Agent(id=row.id, name=row.name, maturity=row.maturity, created_at=row.created_at.astimezone(UTC))


def _absent(id: str) -> NotFoundError:  # noqa: A002
    return NotFoundError(f"there is no agent {quoted(id)}: create one with POST /api/agents")
