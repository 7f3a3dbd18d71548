"""What is written while a collaboration runs: each step's beginning and end, a transaction each.

Why `kill -9` between any two statements asks nobody twice whose answer is known:

- A collaboration and its steps are one transaction, before it is acknowledged. Killed after that, before its workflow
  is started: `Sweep` starts it.
- A step is `running` before its provider is asked. Its answer is stored in a transaction of its own as soon as it has
  come, before the engine of durable work hears of it. Whoever resumes the workflow goes by these rows: a step that has
  an answer is never begun again, one that is `running` was cut off and is.
- An answer is stored only while its step is `running`: where two had begun the same step, as one of them was taken for
  dead, the first answer stays, and what was asked on from it still fits.
- Everything is written under the lock of the collaboration's row and only while it is unfinished, so nothing happens
  to one that was cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.collaboration.collaboration import UNFINISHED, Status, StepStatus
from backend.collaboration.tables import CollaborationRow, StepRow
from backend.database.working import working
from backend.llm.protocol import Answer
from backend.notifications.sending import notify

_OPEN: Final = (StepStatus.PENDING, StepStatus.RUNNING)
_MOST_TOKENS: Final = 2**31 - 1
"""The most that the column holds; no provider counts so many, and an answer is not to be lost for a number."""

_LEFT: Final[Mapping[Status, StepStatus]] = {
    Status.SUCCEEDED: StepStatus.SKIPPED,
    Status.FAILED: StepStatus.SKIPPED,
    Status.CANCELLED: StepStatus.CANCELLED,
}
"""What becomes of the steps that are left when a collaboration ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An attempt that failed.

    Attributes:
        at: when.
        error: what happened.
        next_attempt_at: when the step is tried again; None where it is not.
    """

    at: datetime
    error: str
    next_attempt_at: datetime | None


def topic(collaboration: str) -> str:
    """Return what is notified when a collaboration is ended from outside."""
    return f"collaboration:{collaboration}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The progress of collaborations in the database.

    Every method raises `UnavailableError` when the database cannot be used now.
    """

    _engine: AsyncEngine

    async def begin(self, collaboration: str, step: str, prompt: str, now: datetime) -> bool:
        """Begin an attempt, and tell whether it was begun: not where the step, or the whole, has ended."""
        started = {"status": Status.RUNNING}
        begun = {
            "status": StepStatus.RUNNING,
            "prompt": prompt,
            "attempts": StepRow.attempts + 1,
            "next_attempt_at": None,
            "started_at": case((StepRow.started_at.is_(None), now), else_=StepRow.started_at),
        }
        async with working(self._engine), self._engine.begin() as connection:
            return await _update(connection, collaboration, started) and await _step(
                connection, (collaboration, step), _OPEN, begun
            )

    async def succeed(self, collaboration: str, step: str, answer: Answer, now: datetime) -> bool:
        """Store an answer, and tell whether it was stored: not where there is one already, or the whole has ended.

        Where two processes asked at once, the answer of one counts for more than the failure of the other.
        """
        succeeded = {
            "status": StepStatus.SUCCEEDED,
            "answer": answer.message,
            "model": answer.model.replace("\0", "\ufffd"),  # which PostgreSQL cannot store
            "input_tokens": min(answer.usage.input_tokens, _MOST_TOKENS),
            "output_tokens": min(answer.usage.output_tokens, _MOST_TOKENS),
            "next_attempt_at": None,
            "ended_at": now,
            "error": None,
        }
        return await self._end_attempt((collaboration, step), (*_OPEN, StepStatus.FAILED), succeeded)

    async def fail(self, collaboration: str, step: str, failure: Failure) -> bool:
        """Store that an attempt failed, and tell whether it was stored."""
        final = failure.next_attempt_at is None
        failed = {
            "status": StepStatus.FAILED if final else StepStatus.PENDING,
            "failures": StepRow.failures + 1,
            "next_attempt_at": failure.next_attempt_at,
            "ended_at": failure.at if final else None,
            "error": failure.error,
        }
        return await self._end_attempt((collaboration, step), (StepStatus.RUNNING,), failed)

    async def end(self, collaboration: str, status: Status, now: datetime, error: str | None = None) -> bool:
        """End a collaboration and what is left of its steps, and tell whether it was unfinished."""
        ended = {"status": status, "ended_at": now, "error": error}
        left = {
            "status": _LEFT[status],
            "next_attempt_at": None,
            "ended_at": case((StepRow.started_at.is_(None), None), else_=now),
        }
        of_it = update(StepRow).where(StepRow.collaboration == collaboration, StepRow.status.in_(_OPEN))
        async with working(self._engine), self._engine.begin() as connection:
            if not await _update(connection, collaboration, ended):
                return False
            await connection.execute(of_it.values(left))
            await notify(connection, topic(collaboration))
            return True

    async def unfinished(self, before: datetime, *, after: str, limit: int) -> Sequence[str]:
        """Return ids of unfinished collaborations in order.

        Args:
            before: those only that were started before this moment.
            after: an id; those up to it are left out.
            limit: at most so many.
        """
        query = select(CollaborationRow.id).where(
            CollaborationRow.status.in_(UNFINISHED), CollaborationRow.created_at < before, CollaborationRow.id > after
        )
        async with working(self._engine), self._engine.connect() as connection:
            return (await connection.scalars(query.order_by(CollaborationRow.id).limit(limit))).all()

    async def _end_attempt(
        self, key: tuple[str, str], expected: Sequence[StepStatus], values: Mapping[str, object]
    ) -> bool:
        async with working(self._engine), self._engine.begin() as connection:
            running = await _update(connection, key[0], {"status": Status.RUNNING})
            return running and await _step(connection, key, expected, values)


async def _update(connection: AsyncConnection, collaboration: str, values: Mapping[str, object]) -> bool:
    """Change an unfinished collaboration, whose row is locked from then on."""
    changed = update(CollaborationRow).where(
        CollaborationRow.id == collaboration, CollaborationRow.status.in_(UNFINISHED)
    )
    return (await connection.execute(changed.values(values))).rowcount == 1


async def _step(
    connection: AsyncConnection, step: tuple[str, str], expected: Sequence[StepStatus], values: Mapping[str, object]
) -> bool:
    """Change a step that has one of these statuses."""
    collaboration, name = step
    changed = update(StepRow).where(
        StepRow.collaboration == collaboration, StepRow.id == name, StepRow.status.in_(expected)
    )
    return (await connection.execute(changed.values(values))).rowcount == 1
