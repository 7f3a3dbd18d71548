"""What brings stored deliveries to their first attempt, and starts a workflow for those that need another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from backend.clock import Clock
from backend.errors import BackendError
from backend.logs import error_without_message, logger
from backend.webhooks.processing.attempts import Attempts
from backend.webhooks.processing.journalling import Journalling
from backend.webhooks.processing.queue import Queue, Task
from backend.webhooks.processing.sweep import Sweep
from backend.webhooks.processing.workflow import WORKFLOW, Durable

_POLL: Final = 2.0
_SWEEP: Final = 5.0
"""Seconds between two looks at what was left behind."""

_AHEAD: Final = 2
_FAR_AHEAD: Final = 8
"""How many are taken for each that can run: so that the slots stay full until the next statement that takes; and more
while all of them only go into the journal, as one transaction does for many what it does for one."""

_LONGEST_PAUSE: Final = 10.0
"""Seconds, while the database is gone."""


class Dispatcher:
    """Takes deliveries as fast as they are processed, so that a crowd of them waits in the database.

    The first attempt costs no workflow: until it is made, the row says all there is to know. Only what failed gets one.

    Args:
        queue: of deliveries.
        journalling: makes the first attempts that it can.
        attempts: makes all others.
        engine: runs workflows.
        clock: lets pauses pass while the database is gone.
        poll: seconds after which it looks unasked, as another process may have stored something.
    """

    def __init__(
        self,
        *,
        queue: Queue,
        journalling: Journalling,
        attempts: Attempts,
        engine: Durable,
        clock: Clock,
        poll: float = _POLL,
    ) -> None:
        self._queue = queue
        self._journalling = journalling
        self._attempts = attempts
        self._engine = engine
        self._clock = clock
        self._concurrency = attempts.concurrency
        self._poll = poll
        self._taking = asyncio.Lock()
        self._sweep = Sweep(queue, engine, clock, self._taking)
        self._woken = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._more = False
        self._ahead = _AHEAD

    def announce(self) -> None:
        """Tell that a delivery was stored, or is to be processed again."""
        self._woken.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Dispatch within this context; what is being processed at its end is left to whoever comes next."""
        loops = [asyncio.create_task(self._forever(work)) for work in (self._dispatch, self._look_behind)]
        try:
            yield
        finally:
            await _stop(loops)
            await _stop(list(self._busy.values()))

    async def _forever(self, work: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - of a mistake, too: it must not end all processing
                if not failures:
                    _tell(error)
                await self._clock.sleep(min(_LONGEST_PAUSE, 0.5 * 2.0 ** min(failures, 10)))
                failures += 1
            else:
                failures = 0

    async def _dispatch(self) -> None:
        """Take as much as there is room for, and wait for more of either."""
        self._woken.clear()
        if len(self._busy) <= self._concurrency:
            async with self._taking:
                room = self._ahead * self._concurrency - len(self._busy)
                tasks = await self._queue.take(room)
                self._more = len(tasks) == room
                if tasks:
                    self._begin(tasks, self._first_attempts(tasks))
        else:
            self._more = True  # what was announced is still to be looked at
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self._woken.wait()

    def _begin(self, tasks: Sequence[Task], work: Coroutine[None, None, None]) -> None:
        running = asyncio.create_task(work)
        self._busy.update((task.workflow, running) for task in tasks)
        running.add_done_callback(lambda done: self._end(tasks, done))

    def _end(self, tasks: Sequence[Task], done: asyncio.Task[None]) -> None:
        for task in tasks:
            if self._busy[task.workflow] is done:
                del self._busy[task.workflow]
        if self._more and len(self._busy) <= self._concurrency:
            self._woken.set()
        if not done.cancelled() and (error := done.exception()):
            logger().error(
                "webhook_attempt_broke", deliveries=[task.delivery for task in tasks], **error_without_message(error)
            )

    async def _first_attempts(self, tasks: Sequence[Task]) -> None:
        rest = await self._journalling.rest_of(tasks)
        self._ahead = _AHEAD if rest else _FAR_AHEAD
        for task in rest:
            self._begin([task], self._first_attempt(task))

    async def _first_attempt(self, task: Task) -> None:
        if await self._attempts.make(task.delivery, task.run, 1) is None:
            return
        with suppress(BackendError):  # else the sweep starts it, when the next attempt is due
            await self._engine.start(WORKFLOW, task.workflow, task.delivery, task.run)

    async def _look_behind(self) -> None:
        await self._sweep.once(self._busy)
        await asyncio.sleep(_SWEEP)


def _tell(error: Exception) -> None:
    if isinstance(error, BackendError | SQLAlchemyError):  # the database is away: where in the code is no news
        logger().warning("webhook_processing_interrupted", error=type(error).__name__)
    else:
        logger().error("bug", **error_without_message(error))


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
