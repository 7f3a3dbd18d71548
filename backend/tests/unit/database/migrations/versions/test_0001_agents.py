from __future__ import annotations

import psycopg

from backend.agents.agent import Maturity
from backend.database import migrate


def test_it_makes_the_table_and_drops_it(database_url: str) -> None:
    migrate.downgrade(database_url, "base")
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT to_regclass('agents')").fetchone() == (None,)
    migrate.upgrade(database_url, "0001")
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM agents").fetchone() == (0,)


def test_it_takes_every_maturity(database_url: str) -> None:
    insert = "INSERT INTO agents (id, name, maturity, created_at) VALUES (%s, 'Researcher', %s, now())"
    with psycopg.connect(database_url) as connection:
        for maturity in Maturity:
            connection.execute(insert, [maturity.value, maturity.value])
