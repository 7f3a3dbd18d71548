from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from backend.shared.tables import VersionRow
from backend.tests.unit.shared.sharing import store_on, write

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

INSERT = text("""
    INSERT INTO shared_versions (space, name, version, revision, value, written_by, written_at)
    VALUES ('state', :name, :version, :revision, '1', 'agt_1', now())
""")


@pytest.mark.parametrize(
    ("name", "version", "revision", "constraint"),
    [("a", 1, 9, "pk_shared_versions"), ("a", 9, 1, "uq_shared_versions_space"), ("b", 1, 9, "fk_shared_versions")],
    ids=["version twice", "revision twice", "of no document"],
)
async def test_the_database_itself_refuses(
    engine: AsyncEngine, name: str, version: int, revision: int, constraint: str
) -> None:
    await write(store_on(engine), "a", 0)
    with pytest.raises(IntegrityError, match=constraint):
        async with engine.begin() as connection:
            await connection.execute(INSERT, {"name": name, "version": version, "revision": revision})


async def test_the_migrations_make_these_tables(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [each for each in compare_metadata(context, VersionRow.metadata) if "shared_" in str(each)]

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
