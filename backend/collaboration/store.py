"""Where collaborations are kept, for those who start them and look at them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_ignore
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.collaboration.collaboration import ID_PATTERN, Collaboration, Overview, Step
from backend.collaboration.tables import CollaborationRow, StepRow
from backend.database.working import working
from backend.errors import NotFoundError, quoted
from backend.llm.protocol import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaborationPage:
    """Some collaborations.

    Attributes:
        collaborations: the oldest first.
        next_cursor: the `after` of the page behind this one; None on the last.
    """

    collaborations: tuple[Overview, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class CollaborationStore:
    """The collaborations in the database.

    Every method raises `UnavailableError` when the database cannot be used now.

    Args:
        engine: of a database whose migrations are done.
    """

    _engine: AsyncEngine

    async def create(self, new: Collaboration, key: str | None) -> Overview | None:
        """Store a collaboration with its steps, unless its key is taken.

        Args:
            new: of which no step has been begun.
            key: a caller's name for this start; None for none.

        Returns:
            The one that the key belongs to already; None where the new one was stored.
        """
        row = {**asdict(new.overview), "agents": list(new.overview.agents), "idempotency_key": key}
        stored = (
            insert_or_ignore(CollaborationRow).values(row).on_conflict_do_nothing(index_elements=["idempotency_key"])
        )
        steps = [_step_values(new.overview.id, position, step) for position, step in enumerate(new.steps)]
        async with working(self._engine), AsyncSession(self._engine) as session, session.begin():
            if await session.scalar(stored.returning(CollaborationRow.id)) is not None:
                await session.execute(insert(StepRow), steps)
                return None
            found = await session.scalars(select(CollaborationRow).where(CollaborationRow.idempotency_key == key))
            return _overview(found.one())

    async def get(self, id: str) -> Collaboration:  # noqa: A002 - as the attribute is called
        """Return a collaboration with its steps.

        Raises:
            NotFoundError: there is none with this id.
        """
        _check(id)
        of_it = select(StepRow).where(StepRow.collaboration == id).order_by(StepRow.position)
        async with working(self._engine), AsyncSession(self._engine) as session:
            row = await session.get(CollaborationRow, id)
            steps = tuple(_step(each) for each in await session.scalars(of_it))
        if row is None:
            raise absent(id)
        return Collaboration(overview=_overview(row), steps=steps)

    async def list(self, limit: int = 50, after: str | None = None) -> CollaborationPage:
        """Return at most `limit` collaborations in the order of their ids, which is that of their start.

        Args:
            limit: at least 1.
            after: the `next_cursor` of the page before; None for the first page.

        Raises:
            NotFoundError: `after` is not an id of a collaboration.
        """
        query = select(CollaborationRow).order_by(CollaborationRow.id).limit(limit + 1)
        if after is not None:
            _check(after)
            query = query.where(CollaborationRow.id > after)
        async with working(self._engine), AsyncSession(self._engine) as session:
            found = [_overview(row) for row in await session.scalars(query)]
        more = len(found) > limit
        return CollaborationPage(collaborations=tuple(found[:limit]), next_cursor=found[limit - 1].id if more else None)


def absent(id: str) -> NotFoundError:  # noqa: A002
    """Return the error that tells that there is no such collaboration."""
    return NotFoundError(f"there is no collaboration {quoted(id)}: GET /api/collaboration lists them")


def _check(id: str) -> None:  # noqa: A002
    if not re.fullmatch(ID_PATTERN, id):  # others may hold what PostgreSQL cannot take
        raise absent(id)


def _step_values(collaboration: str, position: int, step: Step) -> dict[str, object]:
    return {
        "collaboration": collaboration,
        "id": step.id,
        "position": position,
        "agent": step.agent,
        "agent_name": step.agent_name,
        "template": step.template,
        "after": list(step.after),
        "status": step.status,
    }


def _overview(row: CollaborationRow) -> Overview:
    return Overview(
        id=row.id,
        workflow=row.workflow,
        agents=tuple(row.agents),
        task=row.task,
        started_by=row.started_by,
        provider=row.provider,
        model=row.model,
        status=row.status,
        created_at=row.created_at.astimezone(UTC),
        ended_at=_in_utc(row.ended_at),
        error=row.error,
    )


def _step(row: StepRow) -> Step:
    counted = row.input_tokens is not None and row.output_tokens is not None
    return Step(
        id=row.id,
        agent=row.agent,
        agent_name=row.agent_name,
        template=row.template,
        after=tuple(row.after),
        status=row.status,
        prompt=row.prompt,
        answer=row.answer,
        model=row.model,
        usage=Usage(input_tokens=row.input_tokens or 0, output_tokens=row.output_tokens or 0) if counted else None,
        attempts=row.attempts,
        failures=row.failures,
        next_attempt_at=_in_utc(row.next_attempt_at),
        started_at=_in_utc(row.started_at),
        ended_at=_in_utc(row.ended_at),
        error=row.error,
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
