from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine as Pool
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from backend.database.engine import make_durable_engine
from backend.durable.connections import Patience
from backend.durable.executors import Executor
from backend.durable.keeper import Keeper
from backend.settings import Settings

PATIENCE = 60


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    pool = make_durable_engine(database_url, Settings())
    yield pool
    pool.dispose()


def test_it_looks_for_work_until_it_ends_whatever_happens_to_the_database(pool: Pool) -> None:
    executor, looks, lost = Executor(pool), threading.Semaphore(0), threading.Event()

    def look() -> int:
        looks.release()
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    keeper = Keeper(executor, look, every=0.01, lost=lost.set)
    keeper.start()
    for _ in range(3):
        assert looks.acquire(timeout=PATIENCE)
    keeper.end()
    keeper.join()
    executor.close()
    assert not lost.is_set()


def test_a_bug_does_not_end_it(pool: Pool) -> None:
    executor, looks = Executor(pool), threading.Semaphore(0)

    def look() -> int:
        looks.release()
        raise LookupError("what was sent")

    keeper = Keeper(executor, look, every=0.01, lost=lambda: None)
    with capture_logs() as logs:
        keeper.start()
        for _ in range(2):
            assert looks.acquire(timeout=PATIENCE)
        keeper.end()
        keeper.join()
    executor.close()
    assert {(line["event"], line["error"]) for line in logs} == {("bug", "LookupError")}


def test_it_tells_of_an_id_that_was_taken_and_ends(pool: Pool, database_url: str) -> None:
    executor, lost = Executor(pool), threading.Event()
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [executor._session.pid])
    thief = Executor(pool)
    keeper = Keeper(executor, lambda: 0, every=0.01, lost=lost.set)
    keeper.start()
    assert lost.wait(PATIENCE)
    keeper.join()
    thief.close()
    executor.close()


def test_it_ends_while_it_waits_for_a_database_that_is_away(pool: Pool, database_url: str) -> None:
    patience, executor, looked = Patience(pool), Executor(pool), threading.Event()
    patience.begin()

    def look() -> int:
        looked.set()
        return 0

    keeper = Keeper(executor, look, every=0.01, lost=lambda: None)
    keeper.start()
    assert looked.wait(PATIENCE)
    patience.end()
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [executor._session.pid])
    keeper.join()
    executor.close()


def test_work_can_be_looked_for_at_once(pool: Pool) -> None:
    executor = Executor(pool)
    assert Keeper(executor, lambda: 3, every=3600, lost=lambda: None).adopt() == 3
    executor.close()
