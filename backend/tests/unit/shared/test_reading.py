from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from pydantic import JsonValue

from backend.shared.reading import CURRENT, VERSIONS, version_of
from backend.shared.tables import VersionRow
from backend.tests.unit.shared.sharing import store_on, write

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


async def test_a_row_becomes_the_version_that_was_written(engine: AsyncEngine) -> None:
    store = store_on(engine)
    values: list[tuple[str, JsonValue]] = [("a", 1), ("b", None), ("a", {"x": [2]})]
    written = [await write(store, name, value) for name, value in values]
    async with engine.connect() as connection:
        every = await connection.execute(VERSIONS.order_by(VersionRow.revision))
        assert [version_of(row) for row in every] == written
        current = await connection.execute(CURRENT.order_by(VersionRow.revision))
        assert [version_of(row) for row in current] == written[1:]
    assert written[0].written_at.tzinfo is UTC
