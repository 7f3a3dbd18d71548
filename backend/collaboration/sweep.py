"""Collaborations that were left behind, put right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from backend.clock import Clock
from backend.collaboration.collaboration import Status
from backend.collaboration.ledger import Ledger
from backend.collaboration.workflow import WORKFLOW
from backend.durable.engine import Engine
from backend.durable.workflow import Condition
from backend.logs import logger

_EVERY: Final = 2.0
"""Seconds between two looks."""

_GRACE: Final = timedelta(seconds=2)
"""After its start a collaboration is left to whoever started it, who is about to start its workflow."""

_PAGE: Final = 100
"""Collaborations that are looked at in one go: each costs a question to the engine."""


class Sweep:
    """Looks at unfinished collaborations, a page at a time.

    One without a workflow gets one: its process was killed between two commits, or does no durable work. One whose
    workflow has ended without an end of the collaboration has failed: the engine gave it up, or it met a bug.

    Args:
        engine: of the database that collaborations are in.
        durable: runs workflows.
        clock: tells the time.
    """

    def __init__(self, engine: AsyncEngine, durable: Engine, clock: Clock) -> None:
        self._ledger = Ledger(engine)
        self._durable = durable
        self._clock = clock
        self._after = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look again and again within this context."""
        looking = asyncio.create_task(self._forever())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def once(self) -> None:
        """Look at the next page, and at the first one again behind the last."""
        page = await self._ledger.unfinished(self._clock.now() - _GRACE, after=self._after, limit=_PAGE)
        for collaboration in page:
            await self._put_right(collaboration)
        self._after = page[-1] if len(page) == _PAGE else ""

    async def _forever(self) -> None:
        while True:
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001 - of a mistake, too: collaborations would be left behind
                logger().warning("collaboration_sweep_interrupted", error=type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def _put_right(self, collaboration: str) -> None:
        status = await self._durable.status(collaboration)
        if status is None:
            await self._durable.start(WORKFLOW, collaboration, collaboration)
            return
        if status.condition is Condition.RUNNING:
            return
        error = f"its workflow ended too early, as {status.condition.value}"
        if await self._ledger.end(collaboration, Status.FAILED, self._clock.now(), error):
            logger().error("collaboration_failed", collaboration=collaboration, workflow=status.condition.value)
