from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from backend.database import migrate
from backend.embedded.postgres import Postgres
from backend.embedded.processes import wait_until
from backend.errors import StartError
from backend.tests.hanging import silent
from backend.tests.services import administration, url_of

NOBODY = "postgresql://backend:secret@127.0.0.1:9/backend"


@pytest.fixture
def empty_url(postgres: Postgres) -> Iterator[str]:
    """Return the URL of a database that was never migrated."""
    name = sql.Identifier("empty")
    with administration(postgres) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(name))
    yield url_of(postgres, "empty")
    with administration(postgres) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def tables(url: str, schema: str = "public") -> set[str]:
    with psycopg.connect(url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        return {name for (name,) in connection.execute(query, [schema])}


def test_up_and_down(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) is not None
    assert {"agents", "alembic_version"} <= tables(empty_url)
    migrate.downgrade(empty_url, "base")
    assert migrate.current(empty_url) is None
    assert tables(empty_url) == {"alembic_version"}


def test_the_tables_of_durable_work_come_with_ours_and_stay(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    assert "workflow_status" in tables(empty_url, schema="dbos")
    migrate.downgrade(empty_url, "base")
    assert "workflow_status" in tables(empty_url, schema="dbos")


def test_a_database_without_the_tables_of_durable_work_is_refused(database_url: str) -> None:
    migrate.check(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP SCHEMA dbos CASCADE")
    with pytest.raises(StartError, match="durable work are missing"):
        migrate.check(database_url)


def test_up_to_a_revision(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    assert migrate.current(empty_url) == "0001"
    migrate.upgrade(empty_url, "0001")
    assert migrate.current(empty_url) == "0001"


def waiting(observer: psycopg.Connection) -> list[str]:
    """Return what those who wait for a lock wait for."""
    query = "SELECT wait_event FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return [event for (event,) in observer.execute(query)]


UPGRADE = "import sys; from backend.database import migrate; migrate.upgrade(sys.stdin.read())"


def test_one_process_migrates_and_the_other_waits(empty_url: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (
        psycopg.connect(empty_url) as blocker,
        psycopg.connect(empty_url, autocommit=True) as observer,
        ExitStack() as stack,
    ):
        blocker.execute("CREATE TABLE alembic_version (in_the_way int)")
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", UPGRADE],
                    stdin=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment,
                    text=True,
                )
            )
            for _ in range(2)
        ]
        for process in processes:
            assert process.stdin
            process.stdin.write(empty_url)
            process.stdin.close()
        assert wait_until(lambda: len(waiting(observer)) == len(processes), seconds=60)
        events = waiting(observer)
        blocker.rollback()
        errors = [process.stderr.read() for process in processes if process.stderr]
    assert errors == ["", ""]
    assert "advisory" in events
    assert migrate.current(empty_url) is not None


def test_a_password_may_hold_anything(postgres: Postgres, empty_url: str) -> None:
    password = "100%/@:?#%(here)s é"
    with administration(postgres) as connection:
        connection.execute(sql.SQL("CREATE ROLE odd LOGIN SUPERUSER PASSWORD {}").format(password))
    try:
        url = make_url(empty_url).set(username="odd", password=password).render_as_string(hide_password=False)
        migrate.upgrade(url)
        assert migrate.current(url) is not None
    finally:
        with administration(postgres) as connection:
            connection.execute("REASSIGN OWNED BY odd TO backend")
        with psycopg.connect(empty_url) as connection:
            connection.execute("REASSIGN OWNED BY odd TO backend")
            connection.execute("DROP ROLE odd")


def test_a_revision_that_there_is_not(empty_url: str) -> None:
    with pytest.raises(StartError, match="cannot be migrated: Can't locate revision identified by 'nonsense'"):
        migrate.upgrade(empty_url, "nonsense")
    assert tables(empty_url) == set()


def test_another_migration_that_does_not_end(empty_url: str) -> None:
    with psycopg.connect(empty_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [0x7461706563686B00])
        with pytest.raises(StartError, match=r"another migration is under way, and has not ended within 0\.01 s"):
            migrate.upgrade(empty_url, patience=0.01)
        with pytest.raises(StartError, match="another migration is under way"):
            migrate.downgrade(empty_url, "base", patience=0.01)
        assert migrate.current(empty_url) is None  # whoever only looks does not wait


def test_what_is_older_is_not_reached_by_going_up(database_url: str) -> None:
    head = migrate.current(database_url)
    with pytest.raises(StartError, match=rf"stays at revision {head}, .* `python -m backend migrate --down base`"):
        migrate.upgrade(database_url, "base")
    assert migrate.current(database_url) == head


def test_one_step_up(empty_url: str) -> None:
    migrate.upgrade(empty_url, "+1")
    assert migrate.current(empty_url) == "0001"


def test_a_step_that_there_is_not(database_url: str) -> None:
    with pytest.raises(StartError, match="cannot be migrated") as caught:
        migrate.upgrade(database_url, "+9")
    assert "newer version" not in str(caught.value)


def test_a_server_that_says_nothing_is_given_up() -> None:
    with silent() as place, pytest.raises(StartError, match=r"cannot be migrated: .*timeout") as caught:
        migrate.current(f"postgresql://u:secret@{place}/d?connect_timeout=2")
    assert "secret" not in str(caught.value)


def test_a_database_of_a_newer_version(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartError, match=r"'9999'; is it of a newer version of the service\?"):
        migrate.upgrade(database_url)


def test_what_fails_leaves_nothing_behind(empty_url: str) -> None:
    with psycopg.connect(empty_url) as connection:
        connection.execute("CREATE TABLE agents (own_idea int)")
    with pytest.raises(StartError, match='cannot be migrated: relation "agents" already exists'):
        migrate.upgrade(empty_url)
    assert tables(empty_url) == {"agents"}


def test_a_database_that_is_not_there() -> None:
    with pytest.raises(StartError, match=r"cannot be migrated: .*connection.*refused") as caught:
        migrate.upgrade(NOBODY)
    assert "secret" not in str(caught.value)


def test_only_the_schema_of_this_version_will_do(empty_url: str) -> None:
    with pytest.raises(StartError, match=r"at revision base, expected .*backend migrate"):
        migrate.check(empty_url)
    migrate.upgrade(empty_url)
    migrate.check(empty_url)
