from __future__ import annotations

import os
from collections.abc import Iterator
from typing import cast

import psycopg
import pytest
from sqlalchemy import Engine as Pool

from backend.database.engine import make_durable_engine
from backend.durable.executors import Executor
from backend.settings import Settings


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    pool = make_durable_engine(database_url, Settings(durable_pool_size=20))
    yield pool
    pool.dispose()


@pytest.fixture
def executor(pool: Pool) -> Iterator[Executor]:
    executor = Executor(pool)
    yield executor
    executor.close()


def end_session(url: str, executor: Executor) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [executor._session.pid])


def close(url: str, executor: Executor) -> None:
    """Let an id be given up, and wait until the server has noticed."""
    pid = executor._session.pid
    executor.close()
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM pg_locks WHERE pid = %s", [pid]).fetchone():
            pass


def test_each_takes_the_lowest_id_that_is_free(database_url: str, pool: Pool) -> None:
    first, second, third = (Executor(pool) for _ in range(3))
    assert [first.name, second.name, third.name] == ["worker-1", "worker-2", "worker-3"]
    close(database_url, second)
    fourth = Executor(pool)
    assert fourth.name == "worker-2"
    for executor in (first, third, fourth):
        executor.close()


def test_an_id_is_taken_again_when_its_connection_broke(database_url: str, executor: Executor) -> None:
    assert executor.hold()
    end_session(database_url, executor)
    assert executor.hold()
    other = Executor(executor._pool)
    assert other.name == "worker-2"
    other.close()


def test_an_id_that_another_took_meanwhile_is_lost(database_url: str, pool: Pool, executor: Executor) -> None:
    end_session(database_url, executor)
    other = Executor(pool)
    assert other.name == "worker-1"
    assert not executor.hold()
    assert other.hold()
    close(database_url, other)
    assert executor.hold()  # it is free again


def test_a_session_of_which_the_server_does_not_know_that_it_broke_is_ended(executor: Executor) -> None:
    driver = cast("psycopg.Connection", executor._connection.connection.dbapi_connection)
    kept = os.dup(driver.fileno())  # to the server the connection stands
    try:
        driver.pgconn.finish()
        assert executor.hold()
        assert executor.name == "worker-1"
    finally:
        os.close(kept)


def test_a_live_id_is_not_vacant(pool: Pool, executor: Executor) -> None:
    other = Executor(pool)
    for name, expected in {"worker-1": False, "worker-2": False, "worker-3": True, "local": False}.items():
        with executor.vacant(name) as vacant:
            assert vacant is expected, name
    other.close()


def test_what_is_found_vacant_can_be_taken_only_afterwards(pool: Pool, executor: Executor) -> None:
    with executor.vacant("worker-2") as vacant:
        assert vacant
        third = Executor(pool)
        assert third.name == "worker-3"
    second = Executor(pool)
    assert second.name == "worker-2"
    second.close()
    third.close()


def test_the_age_of_the_server_is_known(executor: Executor) -> None:
    assert executor.server_up_for() > 0
