from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine as Pool
from sqlalchemy import inspect, text

from backend.database.engine import make_durable_engine
from backend.durable import schema
from backend.errors import StartError
from backend.settings import Settings


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    pool = make_durable_engine(database_url, Settings())
    yield pool
    pool.dispose()


def test_the_tables_are_in_a_schema_of_their_own(pool: Pool) -> None:
    schema.check(pool)
    assert "workflow_status" in inspect(pool).get_table_names(schema=schema.SCHEMA)
    assert "workflow_status" not in inspect(pool).get_table_names()


def test_an_upgrade_that_was_done_does_nothing(pool: Pool) -> None:
    schema.upgrade(pool)
    schema.check(pool)


def test_tables_of_a_newer_version_are_good(pool: Pool) -> None:
    with pool.begin() as connection:
        connection.execute(text("UPDATE dbos.dbos_migrations SET version = version + 1"))
    schema.upgrade(pool)
    schema.check(pool)


@pytest.mark.parametrize("harm", ["DROP SCHEMA dbos CASCADE", "UPDATE dbos.dbos_migrations SET version = version - 1"])
def test_tables_that_are_missing_or_older_are_refused(pool: Pool, harm: str) -> None:
    with pool.begin() as connection:
        connection.execute(text(harm))
    with pytest.raises(StartError, match="python -m backend migrate"):
        schema.check(pool)
