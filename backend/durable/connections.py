"""The connections of durable work: they wait for a PostgreSQL that is away, until they are told to give up."""

from __future__ import annotations

import threading
from typing import Final

import psycopg
from sqlalchemy import Engine as Pool
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from backend.errors import BackendError

_PAUSE: Final = 0.25
"""Seconds between two tries to connect."""


class StoppedError(BackendError):
    """The pool was closed; DBOS takes it for no failure of the network, which it would wait out."""


class Patience:
    """Makes the connections of a pool wait for their server from `begin` to `end`.

    DBOS tries again what a lost connection broke, after pauses that grow to 90 s and that nothing can interrupt:
    neither the return of the server nor the end of the process. Here a thread that needs a connection waits within the
    attempt to connect, goes on as soon as the server is back, and gives up at once when it is told to.

    Args:
        pool: its connections.
    """

    def __init__(self, pool: Pool) -> None:
        self._patient = False
        self._ended = threading.Event()
        event.listen(pool, "do_connect", self._connect)
        event.listen(pool, "checkin", self._close_late)

    def begin(self) -> None:
        """Wait for the server from now on; before, a server that is away is an error."""
        self._patient = True

    def end(self) -> None:
        """Open no more connections, and keep none of those that come back."""
        self._ended.set()

    def _connect(
        self, dialect: Dialect, _: ConnectionPoolEntry, arguments: tuple[object, ...], options: dict[str, object]
    ) -> object:
        while not self._ended.is_set():
            try:
                return dialect.connect(*arguments, **options)
            except psycopg.OperationalError:
                if not self._patient:
                    raise
            self._ended.wait(_PAUSE)
        raise StoppedError("the connections of durable work are closed: the service is stopping")

    def _close_late(self, _: object, entry: ConnectionPoolEntry) -> None:
        if self._ended.is_set():
            entry.invalidate()
