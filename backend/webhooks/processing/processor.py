"""All that processes deliveries, put together."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from backend.clock import Chance, Clock
from backend.durable.workflow import Workflow
from backend.settings import Settings
from backend.webhooks.processing.attempts import Attempts
from backend.webhooks.processing.dispatcher import Dispatcher
from backend.webhooks.processing.handlers import Handlers
from backend.webhooks.processing.inspection import Inspector, bundled_contracts
from backend.webhooks.processing.journalling import Journalling
from backend.webhooks.processing.queue import Queue
from backend.webhooks.processing.workflow import WORKFLOW, Durable, Processing
from backend.webhooks.registry import SOURCES


class Processor:
    """Makes first what the engine of workflows has to know, and then what needs that engine.

    Args:
        pool: of connections, for processing alone: each attempt holds one while its handler works.
        handlers: what is done with deliveries.
        clock, chance: time and randomness.
        settings: of the service.
    """

    def __init__(
        self, pool: AsyncEngine, *, handlers: Handlers, clock: Clock, chance: Chance, settings: Settings
    ) -> None:
        inspector = Inspector(bundled_contracts, SOURCES)
        self._attempts = Attempts(
            pool, handlers=handlers, inspector=inspector, clock=clock, chance=chance, settings=settings
        )
        self._journalling = Journalling(pool, handlers=handlers, inspector=inspector, clock=clock)
        self._queue = Queue(pool)
        self._clock = clock

    def workflows(self) -> Mapping[str, Workflow]:
        """Return the workflows of processing, by name."""
        return {WORKFLOW: Processing(self._attempts).run}

    def dispatcher(self, engine: Durable) -> Dispatcher:
        """Return what gets processing going.

        Args:
            engine: runs the workflows.
        """
        return Dispatcher(
            queue=self._queue,
            journalling=self._journalling,
            attempts=self._attempts,
            engine=engine,
            clock=self._clock,
        )
