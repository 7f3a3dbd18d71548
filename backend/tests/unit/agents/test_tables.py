from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backend.agents.tables import AgentRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

INSERT = text("INSERT INTO agents (id, name, maturity, created_at) VALUES (:id, 'Researcher', :maturity, now())")


def test_constraints_have_names() -> None:
    assert {str(constraint.name) for constraint in AgentRow.metadata.tables["agents"].constraints} == {
        "pk_agents",
        "ck_agents_maturity",
    }


async def insert(engine: AsyncEngine, *ids: str, maturity: str) -> None:
    async with engine.begin() as connection:
        for identifier in ids:
            await connection.execute(INSERT, {"id": identifier, "maturity": maturity})


@pytest.mark.parametrize(
    ("ids", "maturity", "constraint"),
    [(["a"], "EXPERT", "ck_agents_maturity"), (["a", "a"], "INTERN", "pk_agents")],
    ids=["unknown maturity", "id twice"],
)
async def test_the_database_itself_refuses(engine: AsyncEngine, ids: list[str], maturity: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        await insert(engine, *ids, maturity=maturity)
