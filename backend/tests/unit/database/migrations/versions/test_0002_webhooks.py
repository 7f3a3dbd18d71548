from __future__ import annotations

import psycopg

from backend.database import migrate
from backend.webhooks.delivery import Status

TABLES = ("webhook_deliveries", "webhook_attempts", "webhook_events")


def test_it_makes_the_tables_and_drops_them(database_url: str) -> None:
    migrate.downgrade(database_url, "0001")
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            assert connection.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,)
    migrate.upgrade(database_url, "0002")
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            assert connection.execute("SELECT to_regclass(%s)::text", [table]).fetchone() == (table,)


def test_it_takes_every_status(database_url: str) -> None:
    insert = """
        INSERT INTO webhook_deliveries (id, source, delivery_id, headers, body, digest, received_at, status)
        VALUES (%s, 'generic', %s, '[]', '', '', now(), %s)
    """
    with psycopg.connect(database_url) as connection:
        for status in Status:
            connection.execute(insert, [status.value] * 3)
