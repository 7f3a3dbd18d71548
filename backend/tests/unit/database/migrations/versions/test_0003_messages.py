from __future__ import annotations

import psycopg

from backend.database import migrate

TABLES = ("inboxes", "messages", "inbox_entries")


def test_it_makes_the_tables_and_drops_them(database_url: str) -> None:
    migrate.downgrade(database_url, "0002")
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            assert connection.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,)
    migrate.upgrade(database_url, "0003")
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            assert connection.execute("SELECT to_regclass(%s)::text", [table]).fetchone() == (table,)
