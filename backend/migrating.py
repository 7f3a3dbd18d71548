"""`python -m backend migrate`."""

from __future__ import annotations

from backend.database import migrate as migrations
from backend.servers import running
from backend.settings import Settings


def migrate(settings: Settings, revision: str, *, down: bool) -> int:
    """Bring the schema of the database up, or down, to a revision, and say which it has.

    Raises:
        StartError: there is no such revision, or the database cannot be reached.
    """
    with running(settings) as servers:
        move = migrations.downgrade if down else migrations.upgrade
        move(servers.database_url, revision)
        print(f"the database is at revision {migrations.current(servers.database_url) or 'base'}")
    return 0
