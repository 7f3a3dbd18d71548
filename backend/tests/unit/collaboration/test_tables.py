from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from backend.collaboration.tables import CollaborationRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

INSERT = text("""
    INSERT INTO collaborations (id, workflow, agents, task, provider, model, status, created_at, idempotency_key)
    VALUES (:id, 'parallel', '[]', '"t"', 'p', 'm', :status, now(), :key)
""")
STEP = text("""
    INSERT INTO collaboration_steps (collaboration, id, position, agent, agent_name, template, after, status)
    VALUES (:collaboration, 's', 0, 'a', 'Ada', '{task}', '[]', :status)
""")


@pytest.mark.parametrize(
    ("rows", "constraint"),
    [
        ([("a", "lost", None)], "ck_collaborations_status"),
        ([("a", "started", None), ("a", "started", None)], "pk_collaborations"),
        ([("a", "started", "k"), ("b", "started", "k")], "uq_collaborations_idempotency_key"),
    ],
    ids=["unknown status", "id twice", "key twice"],
)
async def test_the_database_itself_refuses(
    engine: AsyncEngine, rows: list[tuple[str, str, str | None]], constraint: str
) -> None:
    values = [{"id": identifier, "status": status, "key": key} for identifier, status, key in rows]
    async with engine.connect() as connection:
        with pytest.raises(IntegrityError, match=constraint):
            await connection.execute(INSERT, values)


@pytest.mark.parametrize(("collaboration", "status", "constraint"), [("b", "pending", "fk_"), ("a", "lost", "ck_")])
async def test_a_step_is_of_a_collaboration_and_has_a_known_status(
    engine: AsyncEngine, collaboration: str, status: str, constraint: str
) -> None:
    async with engine.connect() as connection:
        await connection.execute(INSERT, {"id": "a", "status": "started", "key": None})
        with pytest.raises(IntegrityError, match=f"{constraint}collaboration_steps"):
            await connection.execute(STEP, {"collaboration": collaboration, "status": status})


async def test_steps_go_with_their_collaboration(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(INSERT, {"id": "a", "status": "started", "key": None})
        await connection.execute(STEP, {"collaboration": "a", "status": "pending"})
        await connection.execute(text("DELETE FROM collaborations"))
        assert await connection.scalar(text("SELECT count(*) FROM collaboration_steps")) == 0


async def test_the_migrations_make_these_tables(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [each for each in compare_metadata(context, CollaborationRow.metadata) if "collaboration" in str(each)]

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
