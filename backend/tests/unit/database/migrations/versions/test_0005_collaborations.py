from __future__ import annotations

import psycopg

from backend.collaboration.collaboration import Status, StepStatus
from backend.database import migrate

TABLES = ("collaborations", "collaboration_steps")


def test_it_makes_the_tables_and_drops_them(database_url: str) -> None:
    migrate.downgrade(database_url, "0004")
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            assert connection.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,)
    migrate.upgrade(database_url, "0005")
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            assert connection.execute("SELECT to_regclass(%s)::text", [table]).fetchone() == (table,)


def test_it_takes_every_status(database_url: str) -> None:
    whole = """
        INSERT INTO collaborations (id, workflow, agents, task, provider, model, status, created_at)
        VALUES (%s, 'parallel', '[]', '""', '', '', %s, now())
    """
    step = """
        INSERT INTO collaboration_steps (collaboration, id, position, agent, agent_name, template, after, status)
        VALUES ('started', %s, 0, '', '', '', '[]', %s)
    """
    with psycopg.connect(database_url) as connection:
        for status in Status:
            connection.execute(whole, [status.value] * 2)
        for step_status in StepStatus:
            connection.execute(step, [step_status.value] * 2)
