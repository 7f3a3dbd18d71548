"""One attempt to process a delivery: its effect and the mark of its success are committed together, or neither is.

Why `kill -9` between any two statements loses nothing and doubles nothing:

- A delivery is acknowledged once its row is committed as `received`, and stays so until `Queue.take` commits
  `processing`. Killed before that, the row is taken again.
- Killed after that, before the attempt commits: PostgreSQL rolls back what the handler wrote, and the row says that the
  attempt was not made. It is `processing` without a workflow; `Sweep` starts one, and that makes the attempt.
- The handler's effect, the record of the attempt and `processed` are one transaction. Killed after its commit, whoever
  comes again finds a row that is not in processing, and does nothing.
- The record of a failed attempt and the time of the next one are one transaction, too. Killed after it, before there is
  a workflow: `Sweep` starts one when the next attempt is due.
- A workflow begins with attempt 1 and each step names its number. A step that was cut off after its commit runs again:
  the row already has that number, so it only returns how long to wait, and nothing is done twice.
- Two may want the same attempt at once: a spurious workflow, or one whose process was taken for dead. The row's lock
  lets one of them through; the other waits, then finds the number made.
- `Journalling` makes the first attempts of many in one transaction, to the same effect: all of this holds for it, too.
- A handler that kills its process each time is not counted by these rows. It is by the engine, which gives the workflow
  up after too many recoveries; `Sweep` puts such a delivery to the dead letters.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.clock import Chance, Clock
from backend.database.working import working
from backend.errors import UnavailableError
from backend.logs import logger
from backend.outgoing.retries import RetryPolicy
from backend.settings import Settings
from backend.webhooks.delivery import Delivery
from backend.webhooks.processing import ledger
from backend.webhooks.processing.handlers import Handlers, journal
from backend.webhooks.processing.inspection import Inspector
from backend.webhooks.processing.ledger import Attempt, Ending, Notes

_PAUSE: Final = 1.0
"""Seconds until a database that is gone, or a row that is locked, is tried again."""

_LONGEST_ERROR: Final = 500
"""Characters of an error that are stored."""


class _HandlerFailedError(Exception):
    """A handler failed; the text is what is stored of it."""


class Attempts:
    """Makes attempts, so many at a time.

    Attributes:
        concurrency: how many.

    Args:
        engine: a pool for attempts alone, as each holds a connection for as long as its handler takes.
        handlers: what is done with deliveries.
        inspector: holds them against their contracts.
        clock: tells the time.
        chance: draws the jitter of the backoff.
        settings: how many attempts, how long they take, and the pauses between them.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        handlers: Handlers,
        inspector: Inspector,
        clock: Clock,
        chance: Chance,
        settings: Settings,
    ) -> None:
        self._engine = engine
        self._handlers = handlers
        self._journal = journal(clock)
        self._inspector = inspector
        self._clock = clock
        self._chance = chance
        self._handler_timeout = settings.webhook_handler_timeout
        self._limit = settings.webhook_handler_timeout + settings.database_timeout
        self.concurrency = settings.webhook_concurrency
        self._slots = asyncio.Semaphore(self.concurrency)
        self._policy = RetryPolicy(
            retries=settings.webhook_attempts - 1,
            initial=settings.webhook_backoff_initial,
            maximum=settings.webhook_backoff_max,
            jitter=settings.backoff_jitter,
        )

    async def make(self, delivery: str, run: int, number: int) -> float | None:
        """Make an attempt, unless it was made before.

        While the database cannot be used, or someone else has the delivery, it is tried again: that is no attempt.

        Args:
            delivery: the id.
            run: which processing of it.
            number: which attempt of this run; the first is 1.

        Returns:
            The seconds until the next attempt is due; None where none is needed.
        """
        while True:
            try:
                async with self._slots:
                    return await self._try(delivery, run, number)
            except UnavailableError:
                await self._clock.sleep(_PAUSE)

    async def _try(self, delivery: str, run: int, number: int) -> float | None:
        attempt = Attempt(delivery=delivery, run=run, number=number, started_at=self._clock.now())
        notes = Notes()
        try:
            async with self._transaction() as connection:
                held = await ledger.hold(connection, attempt)
                if held is None:
                    return None
                if held.attempts >= number:
                    return self._until(held.next_attempt_at)
                notes = await self._inspector.look(held)
                if notes.broken:
                    await ledger.set_aside(connection, attempt, notes)
                    return None
                await self._handle(held.delivery, connection)
                await ledger.end(connection, attempt, Ending(at=self._clock.now()), notes)
        except _HandlerFailedError as error:
            return await self._fail(attempt, notes, str(error))
        except SQLAlchemyError as error:  # brought about by the handler: the end of its transaction was refused
            return await self._fail(attempt, notes, describe(error))
        return None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with working(self._engine, limit=self._limit), self._engine.begin() as connection:
            yield connection

    async def _handle(self, delivery: Delivery, connection: AsyncConnection) -> None:
        """Call the handler.

        Raises:
            _HandlerFailedError: it raised something, or took too long.
        """
        handler = self._handlers.find(delivery.source, delivery.event) or self._journal
        patience = asyncio.timeout(self._handler_timeout)
        try:
            async with patience:
                await handler(delivery, connection)
        except asyncio.CancelledError as error:
            if _is_cancelled() and not patience.expired():
                raise
            raise self._failed(patience, "the handler was cancelled from within") from error
        except (Exception, SystemExit) as error:
            raise self._failed(patience, describe(error)) from error

    def _failed(self, patience: asyncio.Timeout, reason: str) -> _HandlerFailedError:
        slow = f"the handler took longer than {self._handler_timeout:g} s"
        return _HandlerFailedError(slow if patience.expired() else reason)

    async def _fail(self, attempt: Attempt, notes: Notes, error: str) -> float | None:
        """Record that an attempt failed, in a transaction of its own; where that cannot be done, it was no attempt."""
        now = self._clock.now()
        pause = self._pause_after(attempt.number)
        due = None if pause is None else now + timedelta(seconds=pause)
        async with self._transaction() as connection:
            new = await ledger.end(connection, attempt, Ending(at=now, error=error, next_attempt_at=due), notes)
        if not new:  # someone else made this attempt meanwhile, or it was committed in spite of the error
            return await self._try(attempt.delivery, attempt.run, attempt.number)
        event = "webhook_dead" if pause is None else "webhook_attempt_failed"
        logger().warning(event, delivery=attempt.delivery, run=attempt.run, attempt=attempt.number)
        return pause

    def _pause_after(self, number: int) -> float | None:
        """Return the seconds after a failed attempt; None after the last."""
        return self._policy.backoff(number - 1, self._chance) if number <= self._policy.retries else None

    def _until(self, due: datetime | None) -> float | None:
        """Return the seconds until a moment."""
        return None if due is None else max(0.0, (due - self._clock.now()).total_seconds())


def describe(error: BaseException) -> str:
    """Return the kind of an error and the first line of what it says: what libraries add below may hold a body."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    kind = type(cause).__name__
    first = next(iter(str(cause).splitlines()), "")
    text = f"{kind}: {first}" if first else kind
    return text[:_LONGEST_ERROR].encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _is_cancelled() -> bool:
    """Tell whether it is the running task that is cancelled, and not one that it awaited."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
