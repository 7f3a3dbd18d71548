from __future__ import annotations

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine

from backend.database.engine import parse_url


def test_it_works_on_the_connection_that_it_gets(database_url: str) -> None:
    """Nothing stays when whoever handed the connection over does not commit."""
    engine = create_engine(parse_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        transaction = connection.begin()
        configuration = Config(attributes={"connection": connection})
        configuration.set_main_option("script_location", "backend.database:migrations")
        command.downgrade(configuration, "base")
        transaction.rollback()
    with psycopg.connect(database_url) as check:
        assert check.execute("SELECT count(*) FROM agents").fetchone() == (0,)


def test_constraints_get_the_names_that_the_tables_have(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        query = "SELECT conname FROM pg_constraint WHERE conrelid = 'agents'::regclass AND contype IN ('p', 'c')"
        assert {name for (name,) in connection.execute(query)} == {"pk_agents", "ck_agents_maturity"}
