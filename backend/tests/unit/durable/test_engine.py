from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.database import migrate
from backend.database.engine import make_durable_engine, make_engine
from backend.durable.engine import Engine
from backend.durable.workflow import JSON, Condition, Context
from backend.embedded.data_directory import claim
from backend.embedded.postgres import Postgres
from backend.errors import NotFoundError, StartError, StepError, UnavailableError, WorkflowError
from backend.settings import Settings
from backend.tests.service_process import environment
from backend.tests.services import temporary_directory, url_of
from backend.tests.unit.durable.journal import RESULT, SETTINGS, Journal, make_durable

pytestmark = pytest.mark.anyio
SCRIPT = Path(__file__).with_name("journal.py")
PATIENCE = 60


@pytest.fixture
async def journal(engine: AsyncEngine) -> Journal:
    journal = Journal(engine)
    await journal.create()
    return journal


@pytest.fixture
async def durable(database_url: str, journal: Journal) -> AsyncIterator[Engine]:
    durable = make_durable(database_url, {**journal.workflows(), "fail": fail, "fall": fall, "sleep": sleep})
    async with durable.running():
        yield durable


async def burst() -> JSON:
    raise ValueError("of no use")


async def fail(context: Context) -> JSON:
    return await context.step("burst", burst)


async def fall(context: Context) -> JSON:
    raise LookupError("it fell")


async def sleep(context: Context) -> JSON:
    await context.sleep(3600)
    return None


@contextmanager
def other_process(url: str) -> Iterator[subprocess.Popen[str]]:
    """Run the journal in a process that waits in the second step of the workflow `w`, and kill it in the end."""
    command = [sys.executable, str(SCRIPT), url]
    process = subprocess.Popen(command, env=environment({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write("start w\n")
        process.stdin.flush()
        assert sorted(process.stdout.readline() for _ in range(2)) == ["in second\n", "started\n"]
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def kill(process: subprocess.Popen[str], url: str) -> None:
    """Kill a process, and wait until the server has noticed, which keeps its id for it until then."""
    process.kill()
    process.wait(PATIENCE)
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'").fetchone():
            pass


async def result(engine: Engine, identifier: str = "w") -> JSON:
    return await asyncio.wait_for(engine.result(identifier, every=0.02), PATIENCE)


async def test_a_workflow_runs_on_the_loop_of_the_application(durable: Engine, journal: Journal) -> None:
    await durable.start("journal", "w", "n")
    assert await result(durable) == RESULT
    assert await journal.entries() == ["first", "second"]
    assert journal.loops == {asyncio.get_running_loop()}


async def test_a_second_start_with_the_id_does_nothing(durable: Engine, journal: Journal) -> None:
    await durable.start("journal", "w", "n")
    await durable.start("journal", "w", "other")
    assert await result(durable) == RESULT
    await durable.start("journal", "w", "n")
    assert await journal.entries() == ["first", "second"]


async def test_many_starts_with_one_id_at_once_are_one(durable: Engine, journal: Journal) -> None:
    await asyncio.gather(*(durable.start("journal", "w", "n") for _ in range(20)))
    assert await result(durable) == RESULT
    assert await journal.entries() == ["first", "second"]


async def test_an_id_is_of_one_workflow(durable: Engine) -> None:
    await durable.start("journal", "w", "n")
    with pytest.raises(WorkflowError, match="'w' belongs to a workflow of another name"):
        await durable.start("sleep", "w")


async def test_a_workflow_can_be_started_from_the_step_of_another(database_url: str, journal: Journal) -> None:
    async def begin() -> JSON:
        await running.start("journal", "inner", "n")
        return "begun"

    async def outer(context: Context) -> JSON:
        return await context.step("begin", begin)

    running = make_durable(database_url, {**journal.workflows(), "outer": outer})
    async with running.running():
        await running.start("outer", "w")
        assert (await result(running), await result(running, "inner")) == ("begun", RESULT)


async def test_what_failed_says_with_what(durable: Engine) -> None:
    for name, error in {"fail": "ValueError: of no use", "fall": "LookupError: it fell"}.items():
        await durable.start(name, name)
        with pytest.raises(WorkflowError, match=f"'{name}' is failed, expected a result: {error}"):
            await result(durable, name)
        status = await durable.status(name)
        assert status is not None
        assert (status.condition, status.error, status.workflow) == (Condition.FAILED, error, name)


async def test_of_an_id_that_there_is_not_nothing_is_known(durable: Engine) -> None:
    assert await durable.status("none") is None
    await durable.cancel("none")
    with pytest.raises(NotFoundError, match="'none'"):
        await durable.result("none")


async def test_a_workflow_that_sleeps_can_be_cancelled(durable: Engine) -> None:
    await durable.start("sleep", "w")
    status = await durable.status("w")
    assert status is not None
    assert (status.condition, status.executor) == (Condition.RUNNING, "worker-1")
    await durable.cancel("w")
    with pytest.raises(WorkflowError, match="cancelled"):
        await result(durable)


async def test_a_process_that_is_no_worker_starts_nothing(database_url: str) -> None:
    durable = make_durable(database_url, {"sleep": sleep}, Settings(worker=False))
    async with durable.running():
        assert not durable.works
        for attempt in (durable.start("sleep", "w"), durable.status("w"), durable.cancel("w"), durable.adopt()):
            with pytest.raises(UnavailableError, match="BACKEND_WORKER"):
                await attempt


async def test_a_process_has_one_engine(durable: Engine, database_url: str) -> None:
    with pytest.raises(StartError, match="cannot have two"):
        async with make_durable(database_url, {}).running():
            pass
    await durable.start("sleep", "w")  # the first one is none the worse


async def test_a_database_that_is_not_migrated_is_refused(postgres: Postgres) -> None:
    with pytest.raises(StartError, match="python -m backend migrate"):
        async with make_durable(url_of(postgres, "postgres"), {}).running():
            pass


async def test_a_database_that_is_not_there_is_refused() -> None:
    with pytest.raises(StartError, match="cannot use the database"):
        async with make_durable("postgresql://nobody:none@127.0.0.1:9/none", {}).running():
            pass


async def test_nothing_is_left_behind(database_url: str, journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    before = set(threading.enumerate())
    pool = make_durable_engine(database_url, SETTINGS)
    durable = Engine(pool, workflows={**journal.workflows(), "sleep": sleep}, settings=SETTINGS)
    async with durable.running():
        await durable.start("journal", "w", "n")
        await durable.start("sleep", "s")
        await result(durable)
        assert len({thread.name for thread in threading.enumerate()}) > len(before)
    for thread in set(threading.enumerate()) - before:
        if not thread.name.startswith("ThreadPoolExecutor"):  # that of the loop
            thread.join(PATIENCE)
            assert not thread.is_alive(), thread.name
    assert await asyncio.to_thread(lambda: "the threads of the loop work") == "the threads of the loop work"
    assert isinstance(pool.pool, QueuePool)
    assert (pool.pool.checkedin(), pool.pool.checkedout()) == (0, 0)
    assert not [record for record in caplog.records if record.name.startswith("dbos")]
    assert not logging.getLogger("dbos").handlers


async def test_what_is_unfinished_in_the_end_goes_on_at_the_next_start(database_url: str, journal: Journal) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def stay() -> None:
        entered.set()
        await leave.wait()

    cut = Journal(journal.engine, stay)
    first = Engine(
        make_durable_engine(database_url, SETTINGS), workflows=cut.workflows(), settings=SETTINGS, stop_grace=0.05
    )
    async with first.running():
        await first.start("journal", "w", "n")
        await entered.wait()
    with pytest.raises(UnavailableError, match="stopping"):
        await first.start("journal", "w", "n")
    second = make_durable(database_url, journal.workflows())
    async with second.running():
        assert await result(second) == RESULT
    assert await journal.entries() == ["first", "second", "second"]
    assert journal.loops == {asyncio.get_running_loop()}


async def test_a_step_under_way_may_end_when_the_engine_stops(database_url: str, journal: Journal) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def stay() -> None:
        entered.set()
        await leave.wait()

    cut = Journal(journal.engine, stay)
    first = make_durable(database_url, cut.workflows())
    async with first.running():
        await first.start("journal", "w", "n")
        await entered.wait()
        asyncio.get_running_loop().call_later(0.05, leave.set)
    second = make_durable(database_url, journal.workflows())
    async with second.running():
        assert await result(second) == RESULT
    assert await journal.entries() == ["first", "second"]


async def test_a_failed_step_is_not_done_again_and_fails_alike_when_resumed(database_url: str) -> None:
    seen: list[str] = []

    async def once() -> JSON:
        seen.append("step")
        raise ValueError("of no use")

    async def flow(context: Context) -> JSON:
        try:
            await context.step("once", once)
        except StepError as error:
            seen.append(str(error))
        await context.sleep(3600)
        return None

    for entries in (2, 3):
        durable = make_durable(database_url, {"flow": flow})
        async with durable.running(), asyncio.timeout(PATIENCE):
            await durable.start("flow", "w")
            while len(seen) < entries:
                await asyncio.sleep(0.01)
    assert seen == ["step", "ValueError: of no use", "ValueError: of no use"]


async def test_work_of_a_killed_process_is_done_by_the_next_one(database_url: str, journal: Journal) -> None:
    with other_process(database_url) as process:
        kill(process, database_url)
        durable = make_durable(database_url, journal.workflows())
        async with durable.running():
            assert await result(durable) == RESULT
            status = await durable.status("w")
    assert status is not None
    assert status.executor == "worker-1"  # the id of the killed one
    assert await journal.entries() == ["first", "second", "second"]
    assert journal.loops == {asyncio.get_running_loop()}


async def test_work_of_a_killed_process_is_done_by_one_that_is_there(database_url: str, journal: Journal) -> None:
    with other_process(database_url) as process:
        durable = make_durable(database_url, journal.workflows())
        async with durable.running():
            assert await durable.adopt() == 0  # its process lives
            assert await journal.entries() == ["first", "second"]
            process.kill()
            process.wait(PATIENCE)
            assert await result(durable) == RESULT
            status = await durable.status("w")
    assert status is not None
    assert status.executor == "worker-2"
    assert await journal.entries() == ["first", "second", "second"]
    assert journal.loops == {asyncio.get_running_loop()}


async def test_a_database_that_is_away_for_a_while_is_waited_for() -> None:
    with temporary_directory() as path, claim(path) as directory:
        server = Postgres(directory, durable=False)
        with server.running() as url:
            migrate.upgrade(url)
            settings = Settings(adopt_every=0.25, database_timeout=1)
            pool = make_engine(url, settings)
            entered, leave = asyncio.Event(), asyncio.Event()

            async def stay() -> None:
                entered.set()
                await leave.wait()

            journal = Journal(pool, stay)
            await journal.create()
            durable = make_durable(url, {**journal.workflows(), "sleep": sleep}, settings)
            async with durable.running():
                await durable.start("journal", "w", "n")
                await entered.wait()
                server.stop()
                with pytest.raises(UnavailableError):
                    await durable.start("sleep", "late")
                leave.set()  # the second step is done, and cannot be recorded
                server.start()
                assert await result(durable) == RESULT
                assert not durable.lost
                async with asyncio.timeout(PATIENCE):  # the start that nobody waits for any more is done all the same
                    while await durable.status("late") is None:
                        await asyncio.sleep(0.02)
            assert await journal.entries() == ["first", "second"]
            await pool.dispose()


async def test_an_engine_can_be_stopped_while_the_database_is_away() -> None:
    with temporary_directory() as path, claim(path) as directory:
        server = Postgres(directory, durable=False)
        with server.running() as url:
            migrate.upgrade(url)
            durable = Engine(
                make_durable_engine(url, SETTINGS), workflows={"sleep": sleep}, settings=SETTINGS, stop_grace=0.1
            )
            async with durable.running():
                await durable.start("sleep", "w")
                server.stop()
                start = asyncio.create_task(durable.start("sleep", "late"))
                await asyncio.sleep(0)
            assert not durable.works
            with pytest.raises(UnavailableError):
                await start


async def test_an_engine_whose_id_was_taken_stops(
    database_url: str, durable: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    await durable.start("sleep", "w")
    async with (
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as thief,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as administrator,
    ):
        # It queues before the lock is free, as the engine takes it again as soon as it notices.
        stealing = asyncio.create_task(thief.execute("SELECT pg_advisory_lock(%s, 1)", [0x74617065]))
        locks = "FROM pg_locks WHERE locktype = 'advisory' AND objid = 1"
        async with asyncio.timeout(PATIENCE):
            while not await (await administrator.execute(f"SELECT 1 {locks} AND NOT granted")).fetchone():
                pass
        await administrator.execute(f"SELECT pg_terminate_backend(pid) {locks} AND granted")
        await stealing
        async with asyncio.timeout(PATIENCE):
            while not durable.lost:
                await asyncio.sleep(0.02)
        assert not durable.works
        with pytest.raises(UnavailableError):
            await durable.start("sleep", "late")
