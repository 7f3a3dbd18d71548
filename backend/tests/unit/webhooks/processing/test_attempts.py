from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.exc import InternalError
from structlog.testing import capture_logs

from backend.database.engine import make_engine
from backend.errors import UpstreamError
from backend.settings import Settings
from backend.tests.unit.webhooks.processing.support import (
    MemoryContext,
    Script,
    attempts_of,
    effects_of,
    make_attempts,
    state,
    store,
)
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Delivery, Status
from backend.webhooks.processing.attempts import describe
from backend.webhooks.processing.handlers import Handlers, journal
from backend.webhooks.processing.inspection import Inspection, Inspector
from backend.webhooks.processing.workflow import Processing

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from backend.webhooks.processing.handlers import Handler

pytestmark = pytest.mark.anyio
many = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

FAILURE = RuntimeError("the ledger is closed\nand this line is not told")


class Killed(BaseException):
    """What `kill -9` looks like from within: nobody catches it."""


def everything(handler: Handler) -> Handlers:
    return Handlers().on("*", "*", handler)


async def taken(engine: AsyncEngine, clock: VirtualClock, **values: object) -> str:
    """A delivery in processing."""
    return await store(engine, clock, status=Status.PROCESSING, **values)


@pytest.fixture
async def delivery(engine: AsyncEngine, clock: VirtualClock) -> str:
    return await taken(engine, clock)


async def test_effect_and_mark_are_there_together(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    script = Script(clock)
    clock.advance(3)
    assert await make_attempts(engine, clock, everything(script)).make(delivery, 1, 1) is None
    row = await state(engine, delivery)
    assert (row.status, row.attempts, row.processed_at) == (Status.PROCESSED, 1, clock.now())
    assert (row.next_attempt_at, row.last_error, row.findings, row.repeats) == (None, None, None, None)
    [made] = await attempts_of(engine, delivery)
    assert (made.run, made.number, made.error, made.ended_at) == (1, 1, None, clock.now())
    assert await effects_of(engine, delivery) == 1
    [seen] = script.seen
    assert (seen.id, seen.source, seen.event, seen.body) == (delivery, "shopify", "orders/create", delivery.encode())
    assert seen.headers == (("content-type", "application/json"),)


async def test_without_a_handler_the_event_is_entered_into_the_journal(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    await make_attempts(engine, clock).make(delivery, 1, 1)
    assert await effects_of(engine, delivery) == 1


async def test_a_failure_undoes_the_effect_and_is_recorded(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    attempts = make_attempts(engine, clock, everything(Script(clock, [FAILURE])), chance=lambda: 0.5)
    with capture_logs() as logs:
        assert await attempts.make(delivery, 1, 1) == 10.25
    row = await state(engine, delivery)
    due = clock.now() + timedelta(seconds=10.25)
    assert (row.status, row.attempts, row.next_attempt_at) == (Status.PROCESSING, 1, due)
    assert row.last_error == "RuntimeError: the ledger is closed"
    [made] = await attempts_of(engine, delivery)
    assert (made.error, made.next_attempt_at) == (row.last_error, due)
    assert await effects_of(engine, delivery) == 0
    assert logs == [
        {"event": "webhook_attempt_failed", "log_level": "warning", "delivery": delivery, "run": 1, "attempt": 1}
    ]


async def test_five_failures_are_a_death_with_growing_pauses_before_it(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    attempts = make_attempts(engine, clock, everything(Script(clock, [FAILURE] * 9)))
    await Processing(attempts).run(MemoryContext(clock), delivery, 1)
    assert clock.slept == [10, 20, 40, 80]
    row = await state(engine, delivery)
    assert (row.status, row.attempts, row.next_attempt_at) == (Status.DEAD, 5, None)
    made = await attempts_of(engine, delivery)
    assert [each.number for each in made] == [1, 2, 3, 4, 5]
    assert [each.started_at - made[0].started_at for each in made] == [
        timedelta(seconds=seconds) for seconds in (0, 10, 30, 70, 150)
    ]
    assert made[-1].next_attempt_at is None


async def test_pauses_have_a_most(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    chosen = Settings(webhook_backoff_initial=1, webhook_backoff_max=3, webhook_attempts=6, backoff_jitter=0)
    attempts = make_attempts(engine, clock, everything(Script(clock, [FAILURE] * 9)), settings=chosen)
    await Processing(attempts).run(MemoryContext(clock), delivery, 1)
    assert clock.slept == [1, 2, 3, 3, 3]


@pytest.mark.parametrize(
    ("values", "run"),
    [
        ({"status": Status.PROCESSED}, 1),
        ({"status": Status.RECEIVED}, 1),
        ({"status": Status.DEAD}, 1),
        ({"status": Status.QUARANTINED}, 1),
        ({"status": Status.PROCESSING, "run": 2}, 1),
    ],
    ids=["processed", "not taken", "dead", "quarantined", "another run"],
)
async def test_what_is_not_in_this_run_of_processing_is_left_alone(
    engine: AsyncEngine, clock: VirtualClock, values: dict[str, object], run: int
) -> None:
    script = Script(clock)
    delivery = await store(engine, clock, **values)
    assert await make_attempts(engine, clock, everything(script)).make(delivery, run, 1) is None
    assert (await state(engine, delivery)).status is values["status"]
    assert script.seen == []


async def test_an_attempt_that_was_made_tells_how_long_to_wait(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    script = Script(clock, [FAILURE])
    attempts = make_attempts(engine, clock, everything(script))
    assert await attempts.make(delivery, 1, 1) == 10
    clock.advance(4)
    assert await attempts.make(delivery, 1, 1) == 6
    clock.advance(60)
    assert await attempts.make(delivery, 1, 1) == 0
    assert len(script.seen) == 1


@pytest.mark.parametrize(
    ("error", "stored"),
    [
        (ValueError(), "ValueError"),
        (UpstreamError("the shop is closed"), "UpstreamError: the shop is closed"),
        (TimeoutError("of its own"), "TimeoutError: of its own"),
        (asyncio.CancelledError(), "the handler was cancelled from within"),
        (SystemExit(3), "SystemExit: 3"),
        (RuntimeError("a\0b \ud800 ü"), r"RuntimeError: a\0b \ud800 ü"),
    ],
    ids=[
        "without a text",
        "one of ours",
        "a time-out of its own",
        "cancelled",
        "an exit",
        "what PostgreSQL cannot store",
    ],
)
async def test_whatever_a_handler_raises_is_a_failure(
    engine: AsyncEngine, clock: VirtualClock, delivery: str, error: BaseException, stored: str
) -> None:
    assert await make_attempts(engine, clock, everything(Script(clock, [error]))).make(delivery, 1, 1) == 10
    assert (await state(engine, delivery)).last_error == stored


def test_a_long_error_is_cut() -> None:
    assert len(describe(ValueError("x" * 10_000))) == 500


async def test_a_slow_handler_is_cut_off(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    async def hang(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await journal(clock)(delivery, connection)
        await asyncio.Event().wait()

    chosen = Settings(webhook_handler_timeout=0.05, backoff_jitter=0)
    assert await make_attempts(engine, clock, everything(hang), settings=chosen).make(delivery, 1, 1) == 10
    assert (await state(engine, delivery)).last_error == "the handler took longer than 0.05 s"
    assert await effects_of(engine, delivery) == 0


async def test_a_handler_that_goes_on_after_its_time_is_cut_off_in_the_end(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    async def hang(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await journal(clock)(delivery, connection)
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    chosen = Settings(webhook_handler_timeout=0.05, database_timeout=0.5, backoff_jitter=0)
    assert await make_attempts(engine, clock, everything(hang), settings=chosen).make(delivery, 1, 1) == 10
    assert (await state(engine, delivery)).last_error == "the handler took longer than 0.05 s"
    assert await effects_of(engine, delivery) == 0


@pytest.mark.parametrize("swallowed", [False, True], ids=["raised", "swallowed"])
async def test_a_statement_that_fails_is_the_handlers_failure(
    engine: AsyncEngine, clock: VirtualClock, delivery: str, swallowed: bool
) -> None:
    async def divide(delivery: Delivery, connection: AsyncConnection, /) -> None:
        try:
            await connection.execute(text("SELECT 1 / 0"))
        except Exception:
            if not swallowed:
                raise

    assert await make_attempts(engine, clock, everything(divide)).make(delivery, 1, 1) == 10
    error = (await state(engine, delivery)).last_error or ""
    assert error.startswith("InFailedSqlTransaction" if swallowed else "DivisionByZero: division by zero")


async def test_what_the_commit_refuses_is_the_handlers_failure(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE parts (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))

    async def enter_twice(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await journal(clock)(delivery, connection)
        await connection.execute(text("INSERT INTO parts VALUES (1), (1)"))

    assert await make_attempts(engine, clock, everything(enter_twice)).make(delivery, 1, 1) == 10
    assert await effects_of(engine, delivery) == 0
    assert "UniqueViolation" in ((await state(engine, delivery)).last_error or "")


async def test_what_was_committed_in_spite_of_an_error_is_no_failure(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    commits = 0

    @event.listens_for(engine.sync_engine, "commit")
    def commit_and_fail(connection: Connection) -> None:
        nonlocal commits
        commits += 1
        if commits == 1:
            connection.connection.commit()
            raise InternalError("the answer was lost", None, Exception())

    assert await make_attempts(engine, clock).make(delivery, 1, 1) is None
    [made] = await attempts_of(engine, delivery)
    assert (made.error, (await state(engine, delivery)).status) == (None, Status.PROCESSED)
    assert await effects_of(engine, delivery) == 1


async def test_an_equal_body_under_another_id_is_noted(engine: AsyncEngine, clock: VirtualClock) -> None:
    first = await store(engine, clock, body=b"same")
    await taken(engine, clock, body=b"same", source="twilio")
    second, third = [await taken(engine, clock, body=b"same") for _ in range(2)]
    attempts = make_attempts(engine, clock)
    with capture_logs() as logs:
        for delivery in (second, third):
            await attempts.make(delivery, 1, 1)
    assert [(await state(engine, each)).repeats for each in (second, third)] == [first, first]
    assert logs == [
        {
            "event": "webhook_repeated",
            "log_level": "warning",
            "delivery": delivery,
            "source": "shopify",
            "earlier": first,
        }
        for delivery in (second, third)
    ]


class Verdict(Inspector):
    """Finds the same in every delivery."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self.looks = 0

    def inspect(self, delivery: Delivery) -> Inspection:
        self.looks += 1
        return self._inspection


FINDINGS = [{"code": "TC110", "message": "expected a number", "instance_path": "/total"}]
BROKEN = Inspection(findings=FINDINGS, broken=True)
UNDECLARED = Inspection(findings=[{"code": "TC203", "message": "new", "instance_path": None}])


async def test_what_breaks_its_contract_is_put_into_quarantine(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    script = Script(clock)
    attempts = make_attempts(engine, clock, everything(script), inspector=Verdict(BROKEN))
    assert await attempts.make(delivery, 1, 1) is None
    row = await state(engine, delivery)
    assert (row.status, row.attempts, row.findings) == (Status.QUARANTINED, 0, FINDINGS)
    assert script.seen == []
    assert await attempts_of(engine, delivery) == []


async def test_what_was_released_is_processed(engine: AsyncEngine, clock: VirtualClock) -> None:
    delivery = await taken(engine, clock, released=True, run=2, findings=FINDINGS)
    await make_attempts(engine, clock, inspector=Verdict(BROKEN)).make(delivery, 2, 1)
    row = await state(engine, delivery)
    assert (row.status, row.findings) == (Status.PROCESSED, FINDINGS)


async def test_an_event_that_nobody_declared_is_processed_and_noted(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    inspector = Verdict(UNDECLARED)
    attempts = make_attempts(engine, clock, everything(Script(clock, [FAILURE])), inspector=inspector)
    await Processing(attempts).run(MemoryContext(clock), delivery, 1)
    row = await state(engine, delivery)
    assert (row.status, row.attempts, row.findings) == (Status.PROCESSED, 2, UNDECLARED.findings)
    assert inspector.looks == 1


async def test_so_many_at_a_time(engine: AsyncEngine, clock: VirtualClock) -> None:
    running = most = 0
    full = asyncio.Event()

    async def count(delivery: Delivery, connection: AsyncConnection, /) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 3:
            full.set()
        await full.wait()
        await connection.execute(text("SELECT 1"))
        running -= 1

    deliveries = [await taken(engine, clock) for _ in range(9)]
    attempts = make_attempts(engine, clock, everything(count), settings=Settings(webhook_concurrency=3))
    await asyncio.gather(*(attempts.make(delivery, 1, 1) for delivery in deliveries))
    assert most == 3


class Patient(VirtualClock):
    """Ends the trouble when somebody has slept so often."""

    def __init__(self, pauses: int) -> None:
        super().__init__()
        self.pauses = pauses
        self.over = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if len(self.slept) >= self.pauses:
            self.over.set()


async def test_a_locked_delivery_is_waited_for(engine: AsyncEngine, delivery: str) -> None:
    clock = Patient(pauses=2)
    async with engine.begin() as connection:
        lock = text("SELECT FROM webhook_deliveries WHERE id = :id FOR UPDATE")
        await connection.execute(lock, {"id": delivery})
        waiting = asyncio.create_task(make_attempts(engine, clock).make(delivery, 1, 1))
        await clock.over.wait()
    await waiting
    assert set(clock.slept) == {1.0}
    assert [made.number for made in await attempts_of(engine, delivery)] == [1]


async def test_two_who_make_the_same_attempt_make_one(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    attempts = make_attempts(engine, clock)
    await asyncio.gather(*(attempts.make(delivery, 1, 1) for _ in range(4)))
    assert await effects_of(engine, delivery) == 1
    assert len(await attempts_of(engine, delivery)) == 1


async def test_a_database_that_is_away_costs_no_attempt(engine: AsyncEngine, delivery: str, database_url: str) -> None:
    """The handler loses its connection, and for three pauses nobody gets another one."""
    clock = Patient(pauses=3)
    script = Script(clock)
    pool = make_engine(database_url, Settings())

    async def lose(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await script(delivery, connection)
        if not clock.over.is_set():
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    @event.listens_for(pool.sync_engine, "do_connect")
    def mislead(dialect: object, record: object, arguments: object, options: dict[str, object]) -> None:
        if script.seen and not clock.over.is_set():
            options["port"] = 9  # nothing listens there

    try:
        assert await make_attempts(pool, clock, everything(lose)).make(delivery, 1, 1) is None
    finally:
        await pool.dispose()
    assert (clock.slept, len(script.seen)) == ([1.0] * 3, 2)
    assert (await state(engine, delivery)).attempts == 1
    assert await effects_of(engine, delivery) == 1


# What holds for every history

outcomes = st.lists(st.booleans(), max_size=7)


@many
@given(failures=outcomes)
async def test_an_effect_is_there_once_if_and_only_if_the_delivery_is_processed(
    engine: AsyncEngine, failures: list[bool]
) -> None:
    clock = VirtualClock()
    delivery = await taken(engine, clock)
    script = Script(clock, [FAILURE if failed else None for failed in failures])
    await Processing(make_attempts(engine, clock, everything(script))).run(MemoryContext(clock), delivery, 1)
    row = await state(engine, delivery)
    expected = 1 + next((index for index, failed in enumerate([*failures, False]) if not failed), len(failures))
    assert row.attempts == min(expected, 5) == len(await attempts_of(engine, delivery)) == len(script.seen)
    assert row.status is (Status.PROCESSED if expected <= 5 else Status.DEAD)
    assert await effects_of(engine, delivery) == (row.status is Status.PROCESSED)


@contextmanager
def killed_at(engine: AsyncEngine, points: list[int]) -> Iterator[None]:
    """Kill whoever executes or commits for the n-th time, counted anew after each kill; the last lives."""
    left = iter(points)
    count, point = 0, next(left, None)

    def strike(*_: object) -> None:
        nonlocal count, point
        count += 1
        if count == point:
            count, point = 0, next(left, None)
            raise Killed

    names = ("before_cursor_execute", "after_cursor_execute", "commit")
    for name in names:
        event.listen(engine.sync_engine, name, strike)
    try:
        yield
    finally:
        for name in names:
            event.remove(engine.sync_engine, name, strike)


@many
@given(points=st.lists(st.integers(1, 9), max_size=6), failures=outcomes, cut=st.sets(st.integers(1, 6)))
async def test_however_often_it_is_killed_the_effect_is_there_once(
    engine: AsyncEngine, points: list[int], failures: list[bool], cut: set[int]
) -> None:
    """Killed at any statement or commit, or behind the commit, before the step is kept; and resumed each time."""
    clock = VirtualClock()
    delivery = await taken(engine, clock)
    script = Script(clock, [FAILURE if failed else None for failed in failures])
    processing = Processing(make_attempts(engine, clock, everything(script)))
    steps = 0

    def lose() -> None:
        nonlocal steps
        steps += 1
        if steps in cut:
            raise Killed

    context = MemoryContext(clock, cut=lose)
    with killed_at(engine, points):
        while True:
            try:
                await processing.run(context, delivery, 1)
            except Killed:
                context = context.resumed()
                context.cut = lose
            else:
                break
    row = await state(engine, delivery)
    made = await attempts_of(engine, delivery)
    assert row.status in {Status.PROCESSED, Status.DEAD}
    assert await effects_of(engine, delivery) == (row.status is Status.PROCESSED)
    assert [each.number for each in made] == list(range(1, row.attempts + 1))
    assert row.attempts <= 5
    assert sum(each.error is None for each in made) == (row.status is Status.PROCESSED)
