"""Deliveries that were left behind in processing, put right."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final

from backend.clock import Clock
from backend.durable.workflow import Condition
from backend.logs import logger
from backend.webhooks.processing.queue import Queue, Task
from backend.webhooks.processing.workflow import WORKFLOW, Durable

_PAGE: Final = 100
"""Deliveries that are looked at in one go: each costs a question to the engine."""


class Sweep:
    """Looks at deliveries in processing whose next attempt is due, a page at each call.

    From the second round on it looks at those only that it has seen in the round before: the others were just begun,
    here or in another process, and a question about each of them would cost more than their processing.

    One without a workflow gets one: its process was killed between two commits. One whose workflow has ended without
    an end of the delivery is dead: the engine gave it up, or it was cancelled.

    Args:
        queue: of deliveries.
        engine: runs workflows.
        clock: tells what is due.
        taking: held from before deliveries are taken until they are among the busy ones: in between, they look as if
            they were left behind.
    """

    def __init__(self, queue: Queue, engine: Durable, clock: Clock, taking: asyncio.Lock) -> None:
        self._queue = queue
        self._engine = engine
        self._clock = clock
        self._taking = taking
        self._after = ""
        self._before: set[str] | None = None
        self._seen: set[str] = set()

    async def once(self, busy: Collection[str] = ()) -> None:
        """Look at the next page, and at the first one again behind the last.

        Args:
            busy: ids of workflows that need none yet, as this process is making the first attempt.
        """
        async with self._taking:
            begun = set(busy)  # before the question, as some may have ended when its answer is here
            page = await self._queue.overdue(self._clock.now(), after=self._after, limit=_PAGE)
        suspects = [task for task in page if task.workflow not in begun]
        for task in suspects:
            if self._before is None or task.workflow in self._before:
                await self._put_right(task)
        self._seen.update(task.workflow for task in suspects)
        self._after = page[-1].delivery if len(page) == _PAGE else ""
        if not self._after:
            self._before, self._seen = self._seen, set()

    async def _put_right(self, task: Task) -> None:
        status = await self._engine.status(task.workflow)
        if status is None:
            await self._engine.start(WORKFLOW, task.workflow, task.delivery, task.run)
            return
        condition = status.condition
        if condition is Condition.RUNNING:
            return
        if await self._queue.give_up(task, f"its workflow {task.workflow} ended too early, as {condition.value}"):
            logger().error("webhook_dead", delivery=task.delivery, run=task.run, workflow=condition.value)
