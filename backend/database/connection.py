"""Connections to PostgreSQL that give up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

T = TypeVar("T")
Row: TypeAlias = tuple[Any, ...]  # as psycopg has it
Connect: TypeAlias = Callable[..., Awaitable[AsyncConnection[Row]]]

_INTERVAL: Final = 0.1
"""Seconds after which psycopg looks again whether it was interrupted, as by default."""


class ImpatientConnection(AsyncConnection[Row]):
    """A connection that is closed when its server does not answer, or nobody waits for the answer any more.

    Attributes:
        patience: seconds to wait for any answer; None is for ever.
    """

    patience: float | None = None

    async def wait(self, gen: PQGen[T], interval: float = _INTERVAL, timeout: float | None = None) -> T:
        """Wait for the server.

        Raises:
            OperationalError: it did not answer in time, or it is gone.
        """
        try:
            return await super().wait(gen, interval, self.patience if timeout is None else timeout)
        except OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # an answer may still come: to what?
                self.pgconn.finish()
            raise

    async def cancel_safe(self, *, timeout: float = 0) -> None:  # noqa: ARG002 - of what it overrides
        """Close the connection, where psycopg would ask the server to cancel, which takes 10 s if the server hangs."""
        self.pgconn.finish()


def connecting(patience: float) -> Connect:
    """Return what opens connections that wait so many seconds for any answer."""

    async def connect(*arguments: str, **options: Any) -> AsyncConnection[Row]:  # noqa: ANN401 - as psycopg has it
        connection = await ImpatientConnection.connect(*arguments, **options)
        connection.patience = patience
        return connection

    return connect
