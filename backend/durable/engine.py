"""The engine of durable work: starts workflows, and resumes those whose process has ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from contextvars import Context as Variables
from functools import partial
from typing import Final, TypeAlias, TypeVar

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID, error
from sqlalchemy import Engine as Pool
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from backend.durable.adoption import Adoption
from backend.durable.connections import Patience, StoppedError
from backend.durable.executors import Executor
from backend.durable.keeper import Keeper
from backend.durable.logs import plain_logs
from backend.durable.runs import Runs
from backend.durable.schema import SCHEMA, UNMIGRATED
from backend.durable.statuses import status_of
from backend.durable.workflow import JSON, Condition, Workflow, WorkflowStatus
from backend.errors import NotFoundError, StartError, UnavailableError, WorkflowError
from backend.logs import logger
from backend.settings import Settings

_Result = TypeVar("_Result")
_Starter: TypeAlias = Callable[..., Coroutine[None, None, JSON]]

_NAME: Final = "tapecheck-backend"
_VERSION: Final = "1"
"""DBOS resumes workflows of one version only. By default that is a hash of their code, and a fix would strand them."""

_MOST_RESUMPTIONS: Final = 100
"""A workflow that was resumed so often ends the process each time, it seems; it is not resumed again."""

_LISTENING: Final = 0.1
"""Seconds between two looks of a thread of DBOS that we give nothing to do; a stop waits for it."""

_SPARE_THREADS: Final = 8
"""Beside one for each connection: the loop's other work that has to wait shares these threads."""

_AGAIN: Final = 5.0
"""Seconds after which it makes sense to ask a database again that did not answer."""

_RESTART_GRACE: Final = 10.0
_STOP_GRACE: Final = 5.0

_ONLY: Final = threading.Lock()
"""Held by the engine that runs: DBOS is one for the whole process."""


class Engine:
    """Runs workflows; all of what it calls runs on the event loop that it was started on.

    A workflow's arguments, its result and those of its steps are kept in the database. Its id is the caller's: to start
    it again under the same id does nothing. When the process stops or is killed, its work is left to the next one: a
    process that takes its id resumes it at the start, and any other that finds the id without an owner within seconds.

    Args:
        pool: of connections, for the engine alone, which closes it; `durable_pool_size` of them.
        workflows: by name; a name must stay for as long as a workflow of that name may be unfinished.
        settings: of the service.
        restart_grace: seconds after the start of the database in which others' work is not adopted.
        stop_grace: seconds that a step under way has to end when the engine stops.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        workflows: Mapping[str, Workflow],
        settings: Settings,
        restart_grace: float = _RESTART_GRACE,
        stop_grace: float = _STOP_GRACE,
    ) -> None:
        self._pool = pool
        self._workflows = workflows
        self._settings = settings
        self._restart_grace = restart_grace
        self._stop_grace = stop_grace
        self._patience = Patience(pool)
        self._runs = Runs()
        self._starts: set[asyncio.Task[None]] = set()
        self._starters: dict[str, _Starter] = {}
        self._keeper: Keeper | None = None
        self._to_release = ExitStack()
        self._closing: asyncio.Task[None] | None = None
        self._lost = False

    @property
    def lost(self) -> bool:
        """Whether another process has taken this one's id, upon which the engine stopped."""
        return self._lost

    @property
    def works(self) -> bool:
        """Whether workflows can be started."""
        return self._keeper is not None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run workflows within the context, once; a process that is no worker runs none.

        Those that are unfinished in the end are left to the next process: steps under way have a few seconds to end.

        Raises:
            StartError: the process has an engine already, or the database cannot be reached or is not migrated.
        """
        if not self._settings.worker:
            yield
            return
        if not _ONLY.acquire(blocking=False):
            raise StartError("this process has an engine of durable work already, and cannot have two")
        async with AsyncExitStack() as stack:
            stack.callback(_ONLY.release)
            stack.enter_context(plain_logs())
            stack.push_async_callback(self._close)
            await self._launch()
            yield

    async def start(self, workflow: str, id: str, *arguments: JSON) -> None:  # noqa: A002 - it is one
        """Start a workflow; where one was started with the id before, do nothing.

        When this returns, the workflow survives whatever happens. It inherits nothing of the caller's context.

        Args:
            workflow: its name.
            id: of this run of it, chosen by the caller.
            arguments: of the workflow, after its context.

        Raises:
            UnavailableError: this process does no durable work, or the database does not answer; the workflow may have
                been started nonetheless, so try again with the same id.
            WorkflowError: the id belongs to a workflow of another name.
            KeyError: there is no workflow of the name.
        """
        self._check_works()
        task = _apart(_start(self._starters[workflow], id, arguments))
        self._starts.add(task)
        task.add_done_callback(self._starts.discard)
        await self._soon(asyncio.shield(task))  # cut between insert and start, the workflow would be nobody's

    async def status(self, id: str) -> WorkflowStatus | None:  # noqa: A002
        """Return how it stands with a workflow; None where there is none with the id.

        Raises:
            UnavailableError: this process does no durable work, or the database does not answer.
        """
        self._check_works()
        found = await self._soon(_apart(DBOS.get_workflow_status_async(id)))
        return None if found is None else status_of(found)

    async def result(self, id: str, *, every: float = 0.1) -> JSON:  # noqa: A002
        """Wait until a workflow has ended, and return what it returned.

        Args:
            id: of the workflow.
            every: seconds between looks.

        Raises:
            NotFoundError: there is no workflow with the id.
            UnavailableError: this process does no durable work, or the database does not answer.
            WorkflowError: it failed, was cancelled, or is lost.
        """
        while (status := await self.status(id)) and status.condition is Condition.RUNNING:
            await asyncio.sleep(every)
        if status is None:
            raise NotFoundError(f"there is no workflow with the id {id!r}")
        if status.condition is not Condition.SUCCEEDED:
            reason = f": {status.error}" if status.error else ""
            raise WorkflowError(f"the workflow {id!r} is {status.condition}, expected a result{reason}")
        return status.result

    async def cancel(self, id: str) -> None:  # noqa: A002
        """End a workflow where it is; one that has ended, or never began, is left alone.

        Raises:
            UnavailableError: this process does no durable work, or the database does not answer.
        """
        self._check_works()
        try:
            await self._soon(_apart(DBOS.cancel_workflow_async(id)))
        except error.DBOSNonExistentWorkflowError:
            return
        self._runs.cut(id)

    async def adopt(self) -> int:
        """Resume the workflows whose process has ended, as is done every few seconds anyway; return how many.

        Raises:
            UnavailableError: this process does no durable work.
        """
        return await asyncio.to_thread(self._check_works().adopt)

    def _check_works(self) -> Keeper:
        if self._keeper is None:
            raise UnavailableError("this process does no durable work: BACKEND_WORKER is off, or it is stopping")
        return self._keeper

    async def _soon(self, answer: Awaitable[_Result]) -> _Result:
        try:
            async with asyncio.timeout(self._settings.database_timeout):
                return await answer
        except (TimeoutError, InterfaceError, OperationalError) as failure:
            raise UnavailableError("the database does not answer: try again later", retry_after=_AGAIN) from failure
        except StoppedError as failure:
            raise UnavailableError("durable work is stopping: try again later", retry_after=_AGAIN) from failure

    async def _launch(self) -> None:
        """Launch DBOS on the event loop that runs: all of its workflows, resumed ones too, run on this one then."""
        self._to_release.callback(self._pool.dispose)
        try:
            executor = await asyncio.to_thread(Executor, self._pool)
            self._to_release.callback(executor.close)
            dbos = DBOS(config=self._configuration(executor.name))
            self._to_release.callback(DBOS.destroy, destroy_registry=True)
            self._starters = {name: self._register(name, workflow) for name, workflow in self._workflows.items()}
            DBOS.launch()
        except error.DBOSException:
            raise StartError(UNMIGRATED) from None
        except DBAPIError as failure:
            reason = str(failure.orig).strip()
            raise StartError(f"the engine of durable work cannot use the database: {reason}") from None
        self._patience.begin()
        adoption = Adoption(dbos, self._pool, executor, running=self._runs.ids, grace=self._restart_grace)
        loop = asyncio.get_running_loop()
        self._keeper = Keeper(
            executor,
            adoption.look,
            every=self._settings.adopt_every,
            lost=partial(loop.call_soon_threadsafe, self._lose, executor.name),
        )
        self._keeper.start()
        self._to_release.callback(self._keeper.join)

    def _configuration(self, executor: str) -> DBOSConfig:
        return DBOSConfig(
            name=_NAME,
            application_version=_VERSION,
            executor_id=executor,
            system_database_engine=self._pool,
            dbos_system_schema=SCHEMA,
            run_migrations=False,
            use_listen_notify=False,
            notification_listener_polling_interval_sec=_LISTENING,
            serializer=DBOSPortableJSONSerializer(),
            max_executor_threads=self._settings.durable_pool_size + _SPARE_THREADS,
            enable_otlp=False,
            log_level="WARNING",
        )

    def _register(self, name: str, workflow: Workflow) -> _Starter:
        @DBOS.workflow(name=name, max_recovery_attempts=_MOST_RESUMPTIONS)
        async def run(*arguments: JSON) -> JSON:
            return await self._runs.run(workflow, DBOS.workflow_id or "", arguments)

        return run

    def _lose(self, executor: str) -> None:
        logger().error("durable work stopped: another process has taken the id of this one", executor=executor)
        self._lost = True
        self._closing = asyncio.ensure_future(self._stop())

    async def _close(self) -> None:
        await (self._closing or self._stop())

    async def _stop(self) -> None:
        if self._keeper:
            self._keeper.end()
        self._keeper = None
        await asyncio.gather(self._runs.end(self._stop_grace), _wait(self._starts, self._stop_grace))
        self._patience.end()
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())  # in place of the one that DBOS gave it
        await asyncio.to_thread(self._to_release.close)


def _apart(work: Coroutine[None, None, _Result]) -> asyncio.Task[_Result]:
    """Begin something in an empty context: it takes part in no workflow or request that it is called from."""
    return asyncio.get_running_loop().create_task(work, context=Variables())


async def _wait(tasks: Collection[asyncio.Task[None]], seconds: float) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)


async def _start(starter: _Starter, id: str, arguments: Sequence[JSON]) -> None:  # noqa: A002
    try:
        with SetWorkflowID(id):
            await DBOS.start_workflow_async(starter, *arguments)
    except error.DBOSConflictingWorkflowError:
        raise WorkflowError(f"the id {id!r} belongs to a workflow of another name: choose another one") from None
