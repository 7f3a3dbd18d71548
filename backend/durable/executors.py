"""Which process is which: an id for each, held by a lock that ends with the process."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy import Engine as Pool
from sqlalchemy.exc import SQLAlchemyError

_PREFIX: Final = "worker-"
_LOCKS: Final = 0x74617065
"""The first half of the advisory locks' numbers; the second is the executor's. Nothing else in the database may use it.

https://www.postgresql.org/docs/18/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS
"""

_TAKE: Final = text("SELECT pg_try_advisory_lock(:locks, :number)")
_RELEASE: Final = text("SELECT pg_advisory_unlock(:locks, :number)")
_SESSION: Final = text("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
_END_SESSION: Final = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = :pid AND backend_start = :started"
)
_UP_FOR: Final = text("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """Who a connection is to the server."""

    pid: int
    started: datetime


class Executor:
    """The id of this process, the lowest of `worker-1` and so on that is free, and the connection that holds its lock.

    The server drops the lock when the process ends, however it ends. Whoever starts next takes the id, and with it the
    workflows that were left.

    Args:
        pool: the connection is taken from it, and kept.

    Raises:
        DBAPIError: the database cannot be reached.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._one_at_a_time = threading.RLock()  # a connection may be used by one thread only
        self._connect()
        self._number = next(number for number in itertools.count(1) if self._try(number))
        self._held = True

    @property
    def name(self) -> str:
        """The id."""
        return f"{_PREFIX}{self._number}"

    def hold(self) -> bool:
        """Tell whether the id is still this process's; where the connection broke, its lock is taken again.

        Raises:
            SQLAlchemyError: the connection broke once more.
            StoppedError: the pool was closed.
        """
        with self._one_at_a_time:
            try:
                self._connection.execute(_SESSION)
            except SQLAlchemyError:
                self._held = False
            if not self._held:
                self._held = self._take_again()
            return self._held

    def server_up_for(self) -> float:
        """Return the seconds since the server started."""
        with self._one_at_a_time:
            return float(self._connection.execute(_UP_FOR).scalar_one())

    @contextmanager
    def vacant(self, name: str) -> Iterator[bool]:
        """Tell whether no process has an id; within the context none can take it."""
        with self._one_at_a_time:
            number = _number(name)
            free = number not in {None, self._number} and self._try(number)
            try:
                yield free
            finally:
                if free:
                    self._connection.execute(_RELEASE, {"locks": _LOCKS, "number": number})

    def close(self) -> None:
        """Give the id up."""
        with self._one_at_a_time:
            if not self._connection.closed:
                self._connection.invalidate()  # a connection that goes back to the pool would keep its locks
                self._connection.close()

    def _connect(self) -> None:
        self._connection: Connection = self._pool.connect().execution_options(isolation_level="AUTOCOMMIT")
        pid, started = self._connection.execute(_SESSION).one()
        self._session = _Session(pid=pid, started=started)

    def _try(self, number: int | None) -> bool:
        return bool(self._connection.execute(_TAKE, {"locks": _LOCKS, "number": number}).scalar_one())

    def _take_again(self) -> bool:
        former = self._session
        self.close()
        self._connect()
        if self._try(self._number):
            return True
        # Where the network broke, and not the server, the server may not have noticed: the lock is still our own.
        self._connection.execute(_END_SESSION, {"pid": former.pid, "started": former.started})
        return self._try(self._number)


def _number(name: str) -> int | None:
    digits = name.removeprefix(_PREFIX)
    return int(digits) if name.startswith(_PREFIX) and digits.isdecimal() else None
