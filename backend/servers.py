"""The database and the cache: those that are configured, or embedded ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backend.settings import Settings

if TYPE_CHECKING:
    from backend.embedded.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the servers are, with passwords.

    Attributes:
        database_url: of a PostgreSQL.
        redis_url: of a Valkey or Redis.
        embedded: the words for those that this process runs.
        ended: tells which of those have ended without being asked to.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    embedded: tuple[str, ...] = ()
    ended: Callable[[], Sequence[str]] = tuple


@contextmanager
def running(settings: Settings) -> Iterator[Servers]:
    """Start the servers that are not configured; stop them in the end. Call it in the main thread.

    Raises:
        StartError: one does not start, or another process uses the data directory.
    """
    database_url = settings.database_url and settings.database_url.get_secret_value()
    redis_url = settings.redis_url and settings.redis_url.get_secret_value()
    embedded: list[Server] = []
    with ExitStack() as stack:
        if not (database_url and redis_url):  # an installation with servers of its own needs no wheels of them
            from backend.embedded.data_directory import claim
            from backend.embedded.postgres import Postgres
            from backend.embedded.valkey import Valkey

            directory = stack.enter_context(claim(settings.data_dir))
            if not database_url:
                embedded.append(postgres := Postgres(directory))
                database_url = stack.enter_context(postgres.running())
            if not redis_url:
                embedded.append(valkey := Valkey(directory))
                redis_url = stack.enter_context(valkey.running())
        yield Servers(
            database_url=database_url,
            redis_url=redis_url,
            embedded=tuple(server.title for server in embedded),
            ended=lambda: [server.title for server in embedded if server.has_ended()],
        )
