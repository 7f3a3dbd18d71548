from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select
from structlog.testing import capture_logs

from backend.database.engine import make_engine
from backend.settings import Settings
from backend.tests.unit.webhooks.processing.support import (
    MemoryEngine,
    Script,
    attempts_of,
    effects_of,
    make_attempts,
    no_contracts,
    state,
    store,
)
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Delivery, Status
from backend.webhooks.processing.dispatcher import Dispatcher
from backend.webhooks.processing.handlers import Handlers, journal
from backend.webhooks.processing.journalling import Journalling
from backend.webhooks.processing.queue import Queue, Task
from backend.webhooks.tables import DeliveryRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine.interfaces import DBAPICursor
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from backend.durable.workflow import WorkflowStatus
    from backend.webhooks.processing.handlers import Handler

pytestmark = pytest.mark.anyio


@pytest.fixture
def durable(clock: VirtualClock) -> MemoryEngine:
    return MemoryEngine(clock)


@asynccontextmanager
async def dispatching(
    engine: AsyncEngine,
    clock: VirtualClock,
    durable: MemoryEngine,
    handler: Handler | None,
    *,
    concurrency: int = 4,
    poll: float = 2,
    queue: Queue | None = None,
) -> AsyncIterator[Dispatcher]:
    chosen = Settings(webhook_concurrency=concurrency, backoff_jitter=0)
    handlers = Handlers() if handler is None else Handlers().on("*", "*", handler)
    attempts = make_attempts(engine, clock, handlers, settings=chosen)
    journalling = Journalling(engine, handlers=handlers, inspector=no_contracts(), clock=clock)
    dispatcher = Dispatcher(
        queue=queue or Queue(engine),
        journalling=journalling,
        attempts=attempts,
        engine=durable,
        clock=clock,
        poll=poll,
    )
    async with dispatcher.running():
        yield dispatcher


async def until(met: Callable[[], bool]) -> None:
    """Let others work until something is so."""
    async with asyncio.timeout(60):
        while not met():
            await asyncio.sleep(0.005)


async def count(engine: AsyncEngine, status: Status) -> int:
    query = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.status == status)
    async with engine.connect() as connection:
        return await connection.scalar(query) or 0


async def until_all_are(engine: AsyncEngine, status: Status, number: int) -> None:
    async with asyncio.timeout(60):
        while await count(engine, status) < number:
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("handled", [True, False], ids=["a handler", "only the journal"])
async def test_what_waited_is_processed_without_a_workflow(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, handled: bool
) -> None:
    stored = [await store(engine, clock) for _ in range(30)]
    async with dispatching(engine, clock, durable, journal(clock) if handled else None):
        await until_all_are(engine, Status.PROCESSED, 30)
    assert [await effects_of(engine, each) for each in stored] == [1] * 30
    assert durable.started == {}


async def test_what_is_being_taken_was_not_left_behind(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    """Its row says `processing` while the answer that tells of it is still on its way."""

    taken = asyncio.Event()

    class Slow(Queue):
        async def take(self, limit: int) -> Sequence[Task]:
            tasks = await super().take(limit)
            taken.set()
            for _ in range(10):  # meanwhile the sweep would have its own answer
                await count(engine, Status.PROCESSING)
            return tasks

        async def overdue(self, now: datetime, *, after: str, limit: int) -> Sequence[Task]:
            await taken.wait()
            return await super().overdue(now, after=after, limit=limit)

    await store(engine, clock)
    async with dispatching(engine, clock, durable, journal(clock), queue=Slow(engine)):
        await until_all_are(engine, Status.PROCESSED, 1)
    assert durable.started == {}


async def test_what_is_announced_is_processed_at_once(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    async with dispatching(engine, clock, durable, journal(clock), poll=3600) as dispatcher:
        for number in range(1, 4):
            await store(engine, clock)
            dispatcher.announce()
            await until_all_are(engine, Status.PROCESSED, number)


async def test_what_another_process_stored_is_found_unasked(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    async with dispatching(engine, clock, durable, journal(clock), poll=0.01):
        for number in range(1, 3):
            await store(engine, clock)
            await until_all_are(engine, Status.PROCESSED, number)


async def test_what_failed_gets_a_workflow(engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine) -> None:
    delivery = await store(engine, clock, run=3)
    script = Script(clock, [ValueError("no")])
    async with dispatching(engine, clock, durable, script):
        await until(lambda: bool(durable.started))
    assert durable.started == {f"{delivery}-3": (delivery, 3)}
    await durable.run(make_attempts(engine, clock, Handlers().on("*", "*", script)))
    assert clock.slept == [10]
    assert (await state(engine, delivery)).status is Status.PROCESSED


async def test_a_crowd_waits_in_the_database(engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine) -> None:
    let_go = asyncio.Event()
    running = 0

    async def hold(delivery: Delivery, connection: AsyncConnection, /) -> None:
        nonlocal running
        running += 1
        await let_go.wait()

    for _ in range(30):
        await store(engine, clock)
    async with dispatching(engine, clock, durable, hold, concurrency=2) as dispatcher:
        await until(lambda: running == 2)
        dispatcher.announce()
        await until_all_are(engine, Status.PROCESSING, 4)
        assert (running, await count(engine, Status.RECEIVED)) == (2, 26)
        let_go.set()
        await until_all_are(engine, Status.PROCESSED, 30)


async def test_many_are_taken_at_once_while_they_only_go_into_the_journal(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    taken = []

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def count_taken(connection: object, cursor: DBAPICursor, statement: str, *_: object) -> None:
        if "SKIP LOCKED" in statement and statement.startswith("WITH"):
            taken.append(cursor.rowcount)

    for _ in range(30):
        await store(engine, clock)
    async with dispatching(engine, clock, durable, None, concurrency=2):
        await until_all_are(engine, Status.PROCESSED, 30)
    assert [count for count in taken if count] == [4, 16, 10]


async def test_what_is_announced_while_there_is_no_room_is_taken_as_soon_as_there_is(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    """The last look found less than there was room for, so that nothing but the announcement told of more."""
    let_go = asyncio.Event()

    async def hold(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await let_go.wait()

    for _ in range(3):
        await store(engine, clock)
    async with dispatching(engine, clock, durable, hold, concurrency=2, poll=3600) as dispatcher:
        await until_all_are(engine, Status.PROCESSING, 3)
        await store(engine, clock)
        dispatcher.announce()
        await until(lambda: not dispatcher._woken.is_set())
        let_go.set()
        await until_all_are(engine, Status.PROCESSED, 4)


async def test_slow_ones_do_not_keep_others_waiting(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    let_go = asyncio.Event()

    async def hold_some(delivery: Delivery, connection: AsyncConnection, /) -> None:
        if delivery.event == "slow":
            await let_go.wait()

    slow = [await store(engine, clock, event="slow") for _ in range(3)]
    for _ in range(20):
        await store(engine, clock)
    async with dispatching(engine, clock, durable, hold_some, concurrency=4):
        await until_all_are(engine, Status.PROCESSED, 20)
        assert {(await state(engine, each)).status for each in slow} == {Status.PROCESSING}
        let_go.set()
        await until_all_are(engine, Status.PROCESSED, 23)


async def test_what_a_stop_cuts_off_is_swept_up_by_the_next(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    begun = asyncio.Event()

    async def hang(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await journal(clock)(delivery, connection)
        begun.set()
        await asyncio.Event().wait()

    delivery = await store(engine, clock)
    async with dispatching(engine, clock, durable, hang):
        await begun.wait()
    row = await state(engine, delivery)
    assert (row.status, row.attempts, await effects_of(engine, delivery)) == (Status.PROCESSING, 0, 0)
    async with dispatching(engine, clock, durable, journal(clock)):
        await until(lambda: bool(durable.started))
    await durable.run(make_attempts(engine, clock))
    assert (await state(engine, delivery)).status is Status.PROCESSED
    assert [made.number for made in await attempts_of(engine, delivery)] == [1]


async def test_it_outlives_a_database_that_goes_away(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine, database_url: str
) -> None:
    away = True
    pool = make_engine(database_url, Settings())

    @event.listens_for(pool.sync_engine, "do_connect")
    def mislead(dialect: object, record: object, arguments: object, options: dict[str, object]) -> None:
        if away:
            options["port"] = 9  # nothing listens there

    await store(engine, clock)
    with capture_logs() as logs:
        async with dispatching(pool, clock, durable, journal(clock)):
            await until(lambda: len(clock.slept) >= 8)
            away = False
            await until_all_are(engine, Status.PROCESSED, 1)
    await pool.dispose()
    assert {(line["event"], line["error"]) for line in logs} == {("webhook_processing_interrupted", "UnavailableError")}
    assert len(logs) == 2  # the two loops
    assert sorted(clock.slept[:8]) == [0.5, 0.5, 1, 1, 2, 2, 4, 4]


async def test_a_bug_of_a_loop_does_not_end_it(engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine) -> None:
    class Broken(MemoryEngine):
        async def status(self, id: str) -> WorkflowStatus | None:  # noqa: A002
            raise LookupError(id)

    delivery = await store(engine, clock, status=Status.PROCESSING)
    with capture_logs() as logs:
        async with dispatching(engine, clock, Broken(clock), journal(clock)):
            await until(lambda: len(clock.slept) >= 3)
    assert clock.slept[:3] == [0.5, 1, 2]
    [line] = logs
    assert (line["event"], line["error"]) == ("bug", "LookupError")
    assert "in status" in line["traceback"]
    assert delivery not in str(line)  # a message may hold what was sent


async def test_a_bug_is_logged_and_stops_nothing(
    engine: AsyncEngine, clock: VirtualClock, durable: MemoryEngine
) -> None:
    class Broken(MemoryEngine):
        async def start(self, workflow: str, id: str, *arguments: object) -> None:  # noqa: A002
            raise AssertionError("a bug")

    script = Script(clock, [ValueError("no")])
    first = await store(engine, clock)
    with capture_logs() as logs:
        async with dispatching(engine, clock, Broken(clock), script, concurrency=1):
            await until(lambda: any(line["event"] == "webhook_attempt_broke" for line in logs))
            await store(engine, clock)
            await until_all_are(engine, Status.PROCESSED, 1)
    line = next(line for line in logs if line["event"] == "webhook_attempt_broke")
    assert (line["deliveries"], line["error"]) == ([first], "AssertionError")
