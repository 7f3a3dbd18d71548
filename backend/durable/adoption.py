"""Work whose process has ended, or forgot it, is taken up by one that is there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Final

from dbos import DBOS
from dbos._recovery import recover_pending_workflows
from sqlalchemy import Engine as Pool
from sqlalchemy import text

from backend.durable.executors import Executor

_OWNERS: Final = text("SELECT DISTINCT executor_id FROM dbos.workflow_status WHERE status = 'PENDING'")
_OWN: Final = text(
    "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = :executor"
)
"""https://docs.dbos.dev/explanations/system-tables"""


class Adoption:
    """Looks for such work, and puts it into DBOS's own queue, from which any process takes it within a second.

    Args:
        engine: that runs the workflows of this process.
        pool: of connections.
        executor: this process.
        running: tells the ids of the workflows that this process runs.
        grace: seconds after the start of the database in which nothing is adopted: the processes that are there have to
            connect again, and hold no locks until they have.
    """

    def __init__(
        self, engine: DBOS, pool: Pool, executor: Executor, *, running: Callable[[], Collection[str]], grace: float
    ) -> None:
        self._engine = engine
        self._pool = pool
        self._executor = executor
        self._running = running
        self._grace = grace
        self._missing: Collection[str] = ()
        self._one_at_a_time = threading.Lock()

    def look(self) -> int:
        """Adopt what there is, and return how many workflows."""
        with self._one_at_a_time:
            if self._executor.server_up_for() < self._grace:
                return 0
            with self._pool.connect() as connection:
                owners = connection.execute(_OWNERS).scalars().all()
            return sum(self._adopt(owner) for owner in owners if owner) + self._remember()

    def _adopt(self, owner: str) -> int:
        with self._executor.vacant(owner) as vacant:
            return len(recover_pending_workflows(self._engine, [owner])) if vacant else 0

    def _remember(self) -> int:
        """Resume our own workflows that do not run: a connection that breaks between claim and start leaves such.

        They must be missing at two looks, as those that are just starting do not run yet either.
        """
        with self._pool.connect() as connection:
            own = set(connection.execute(_OWN, {"executor": self._executor.name}).scalars())
        missing = own - set(self._running())
        lost = missing.intersection(self._missing)
        self._missing = missing - lost
        if lost:
            DBOS.resume_workflows(sorted(lost))
        return len(lost)
