from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from backend.webhooks.tables import DeliveryRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

INSERT = text("""
    INSERT INTO webhook_deliveries (id, source, delivery_id, headers, body, digest, received_at, status)
    VALUES (:id, 'generic', :delivery_id, '[]', '', '', now(), :status)
""")
ATTEMPT = text("""
    INSERT INTO webhook_attempts (delivery, run, number, started_at, ended_at) VALUES (:delivery, 1, 1, now(), now())
""")
EVENT = text("INSERT INTO webhook_events (delivery, source, recorded_at) VALUES (:delivery, 'generic', now())")


async def insert(engine: AsyncEngine, rows: list[tuple[str, str, str]]) -> None:
    async with engine.begin() as connection:
        for identifier, delivery_id, status in rows:
            await connection.execute(INSERT, {"id": identifier, "delivery_id": delivery_id, "status": status})


@pytest.mark.parametrize(
    ("rows", "constraint"),
    [
        ([("a", "1", "lost")], "ck_webhook_deliveries_status"),
        ([("a", "1", "received"), ("a", "2", "received")], "pk_webhook_deliveries"),
        ([("a", "1", "received"), ("b", "1", "dead")], "uq_webhook_deliveries_source"),
    ],
    ids=["unknown status", "id twice", "delivery twice"],
)
async def test_the_database_itself_refuses(
    engine: AsyncEngine, rows: list[tuple[str, str, str]], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        await insert(engine, rows)


async def test_attempts_and_events_are_of_a_delivery(engine: AsyncEngine) -> None:
    for statement in (ATTEMPT, EVENT):
        with pytest.raises(IntegrityError, match="fk_webhook_"):
            async with engine.begin() as connection:
                await connection.execute(statement, {"delivery": "a"})


async def test_what_is_of_a_delivery_goes_with_it(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(INSERT, {"id": "a", "delivery_id": "1", "status": "received"})
        for statement in (ATTEMPT, EVENT):
            await connection.execute(statement, {"delivery": "a"})
        await connection.execute(text("DELETE FROM webhook_deliveries"))
        for table in ("attempts", "events"):
            assert await connection.scalar(text(f"SELECT count(*) FROM webhook_{table}")) == 0


async def test_the_migrations_make_these_tables(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [each for each in compare_metadata(context, DeliveryRow.metadata) if "webhook" in str(each)]

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
