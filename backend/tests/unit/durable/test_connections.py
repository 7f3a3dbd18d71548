from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine as Pool
from sqlalchemy import QueuePool, text
from sqlalchemy.exc import OperationalError

from backend.database.engine import make_durable_engine
from backend.durable.connections import Patience, StoppedError
from backend.settings import Settings

NOBODY = "postgresql://nobody:none@127.0.0.1:9/none"


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    pool = make_durable_engine(database_url, Settings())
    yield pool
    pool.dispose()


def ask(pool: Pool) -> object:
    with pool.connect() as connection:
        return connection.execute(text("SELECT 1")).scalar_one()


def test_a_server_that_is_there_is_connected_to(pool: Pool) -> None:
    patience = Patience(pool)
    assert ask(pool) == 1
    patience.begin()
    assert ask(pool) == 1


def test_before_it_begins_a_server_that_is_away_is_an_error() -> None:
    pool = make_durable_engine(NOBODY, Settings())
    Patience(pool)
    with pytest.raises(OperationalError, match="refused"):
        ask(pool)


def test_a_server_that_is_away_is_waited_for_until_the_end() -> None:
    pool = make_durable_engine(NOBODY, Settings())
    patience = Patience(pool)
    patience.begin()
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(ask, pool)
        ended = threading.Timer(0.1, patience.end)
        ended.start()
        with pytest.raises(StoppedError):
            asked.result(60)
        ended.join()
    with pytest.raises(StoppedError):
        ask(pool)


def test_a_connection_that_comes_back_late_is_closed(pool: Pool) -> None:
    assert isinstance(pool.pool, QueuePool)
    patience = Patience(pool)
    with pool.connect() as late:
        patience.end()
        pool.dispose()
        driver = late.connection.dbapi_connection
        assert driver is not None
    assert driver.closed
