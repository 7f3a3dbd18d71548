from __future__ import annotations

from backend.database import migrate
from backend.tests.service_process import run

NOWHERE = "redis://127.0.0.1:9"


def test_down_and_up(database_url: str) -> None:
    head = migrate.current(database_url)
    down = run("migrate", "--down", "base", DATABASE_URL=database_url, REDIS_URL=NOWHERE)
    assert (down.returncode, down.stdout) == (0, "the database is at revision base\n")
    up = run("migrate", DATABASE_URL=database_url, REDIS_URL=NOWHERE)
    assert (up.returncode, up.stdout) == (0, f"the database is at revision {head}\n")


def test_a_revision_that_is_not_there_is_said(database_url: str) -> None:
    result = run("migrate", "none-such", DATABASE_URL=database_url, REDIS_URL=NOWHERE)
    assert result.returncode == 2
    assert "none-such" in result.stderr
    assert "Traceback" not in result.stderr
