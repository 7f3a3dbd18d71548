"""Brings a collaboration forward: asks every agent whose turn it is, all of them at once, and stores what they say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from backend.chat.service import Chat
from backend.clock import Chance, Clock
from backend.collaboration import progress
from backend.collaboration.collaboration import UNFINISHED, Collaboration, Step
from backend.collaboration.ledger import Failure, Ledger, topic
from backend.collaboration.store import CollaborationStore
from backend.errors import Problem, UnavailableError
from backend.llm.protocol import Prompt
from backend.logs import logger
from backend.notifications.notifications import Notifications
from backend.notifications.subscriptions import Subscription
from backend.outgoing.retries import RetryPolicy
from backend.settings import Settings

T = TypeVar("T")

_PAUSE: Final = 1.0
"""Seconds until a database that is gone is tried again."""

_LONGEST_WAIT: Final = 86_400.0
"""Seconds; who wants to be asked again still later than this will not answer this collaboration."""

_LOOK: Final = 60.0
"""Seconds after which a collaboration is looked at even when nothing is heard of it."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What happens in one call of `advance`."""

    calls: dict[str, asyncio.Task[None]]
    changes: Subscription


class Conductor:
    """Goes by what is stored and by nothing else, so that it can be ended anywhere, and gone on with by anybody.

    Args:
        engine: of the database that collaborations are in.
        chat: asks the providers, with retries, deadlines and circuit breakers of its own.
        notifications: tell when a collaboration is cancelled.
        clock, chance: time, and the jitter of the backoff.
        settings: how often a step is tried, how far apart, and how many providers are asked at a time.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        chat: Chat,
        notifications: Notifications,
        *,
        clock: Clock,
        chance: Chance,
        settings: Settings,
    ) -> None:
        self._store = CollaborationStore(engine)
        self._ledger = Ledger(engine)
        self._chat = chat
        self._notifications = notifications
        self._clock = clock
        self._chance = chance
        self._slots = asyncio.Semaphore(settings.collaboration_concurrency)
        self._policy = RetryPolicy(
            retries=settings.collaboration_attempts - 1,
            initial=settings.collaboration_backoff_initial,
            maximum=settings.collaboration_backoff_max,
            jitter=settings.backoff_jitter,
        )

    async def advance(self, collaboration: str) -> float | None:
        """Do all that can be done now, until the collaboration has ended or all that is left has to wait.

        While the database cannot be used it is tried again, so that no answer is lost.

        Returns:
            The seconds to wait; None at the end.
        """
        with self._notifications.subscribe(topic(collaboration)) as changes:
            turn = _Turn({}, changes)
            try:
                while True:
                    found = await self._patiently(lambda: self._store.get(collaboration))
                    if found.overview.status not in UNFINISHED:
                        return None
                    waiting = self._begin(found, turn)
                    if turn.calls:
                        await self._until_something_happens(turn, waiting)
                    elif waiting is not None:
                        return waiting
                    else:
                        await self._end(found)
            finally:
                await _stop(list(turn.calls.values()))

    def _begin(self, found: Collaboration, turn: _Turn) -> float | None:
        """Ask all who may be asked; return the seconds until the next one may, None where none has to wait."""
        now = self._clock.now()
        pauses = []
        for step in progress.ready(found.steps):
            if step.id in turn.calls:
                continue
            if pause := progress.pause(step, now):
                pauses.append(pause)
            else:
                turn.calls[step.id] = asyncio.create_task(self._ask(found, step))
        return min(pauses, default=None)

    async def _until_something_happens(self, turn: _Turn, pause: float | None) -> None:
        """Wait until a call has ended, the next one is due, or the collaboration may have been cancelled."""
        others: list[asyncio.Task[object]] = []
        if not turn.changes.ended:
            others.append(asyncio.create_task(turn.changes.wait(_LOOK)))
        if pause is not None:
            others.append(asyncio.create_task(self._clock.sleep(pause)))
        try:
            await asyncio.wait([*turn.calls.values(), *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _stop(others)
        for step, call in list(turn.calls.items()):
            if call.done():
                del turn.calls[step]
                call.result()

    async def _ask(self, found: Collaboration, step: Step) -> None:
        """Make one attempt at a step."""
        id, prompt = found.overview.id, progress.prompt(found, step)  # noqa: A001
        async with self._slots:
            if not await self._patiently(lambda: self._ledger.begin(id, step.id, prompt, self._clock.now())):
                return
            try:
                asked = Prompt(model=found.overview.model, message=prompt)
                answer = await self._chat.answer(found.overview.provider, asked)
            except Problem as problem:
                failure = self._failure(step, problem)
            else:
                now = self._clock.now()
                await self._patiently(lambda: self._ledger.succeed(id, step.id, answer, now))
                return
        logger().warning("collaboration_step_failed", collaboration=id, step=step.id, attempt=step.attempts + 1)
        await self._patiently(lambda: self._ledger.fail(id, step.id, failure))

    def _failure(self, step: Step, problem: Problem) -> Failure:
        """Return what becomes of a step whose attempt failed."""
        now = self._clock.now()
        passing = (problem.transient or problem.retry_after is not None) and (problem.retry_after or 0) <= _LONGEST_WAIT
        if not passing or step.failures >= self._policy.retries:
            return Failure(at=now, error=problem.detail, next_attempt_at=None)
        pause = max(self._policy.backoff(step.failures, self._chance), problem.retry_after or 0.0)
        return Failure(at=now, error=problem.detail, next_attempt_at=now + timedelta(seconds=pause))

    async def _end(self, found: Collaboration) -> None:
        status, error = progress.outcome(found.steps)
        await self._patiently(lambda: self._ledger.end(found.overview.id, status, self._clock.now(), error))

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await work()
            except UnavailableError:
                await self._clock.sleep(_PAUSE)


async def _stop(tasks: Sequence[asyncio.Task[None]] | Sequence[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
