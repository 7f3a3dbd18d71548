"""Deliveries are stored before they are acknowledged, those that come at the same time by one statement.

Each commit waits for the disk. While one does, what arrives waits, and goes into the next one together (group commit);
a delivery that comes alone waits for nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.database.working import working
from backend.errors import UnavailableError
from backend.webhooks.delivery import Delivery, Status

_Key: TypeAlias = tuple[str, str]

_BATCH_ROWS: Final = 100
_BATCH_BYTES: Final = 4 * 1024 * 1024
_WAITING_ROWS: Final = 2000
_WAITING_BYTES: Final = 64 * 1024 * 1024
"""The most of one statement, and of all that wait for one."""

_FULL_FOR: Final = 1.0

_COLUMNS: Final = "id, source, delivery_id, event, headers, body, digest, received_at"
# Arrays, so that it is one prepared statement however many rows there are.
_INSERT: Final = text(f"""
    INSERT INTO webhook_deliveries ({_COLUMNS}, status)
    SELECT id, source, delivery_id, event, CAST(headers AS json), body, digest, received_at, '{Status.RECEIVED}'
    FROM unnest(
        CAST(:ids AS text[]), CAST(:sources AS text[]), CAST(:delivery_ids AS text[]), CAST(:events AS text[]),
        CAST(:headers AS text[]), CAST(:bodies AS bytea[]), CAST(:digests AS bytea[]), CAST(:times AS timestamptz[])
    ) AS given ({_COLUMNS})
    ON CONFLICT (source, delivery_id) DO NOTHING
    RETURNING id
""")  # noqa: S608 - of constants
_FIND: Final = text("""
    SELECT source, delivery_id, id FROM webhook_deliveries
    WHERE (source, delivery_id) IN (SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:delivery_ids AS text[])))
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a delivery.

    Attributes:
        id: under which it is stored.
        duplicate: whether it had been stored before.
    """

    id: str
    duplicate: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    delivery: Delivery
    receipt: asyncio.Future[Receipt] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Intake:
    """Stores deliveries.

    Args:
        engine: of a database whose migrations are done.
        announce: is called whenever new deliveries have been stored.
    """

    def __init__(self, engine: AsyncEngine, announce: Callable[[], None]) -> None:
        self._engine = engine
        # A statement is a transaction of its own, which saves the way to the database to begin and to commit.
        self._committing = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._announce = announce
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._writer: asyncio.Task[None] | None = None

    async def store(self, delivery: Delivery) -> Receipt:
        """Return when the delivery is stored for good, or was before.

        Whoever stops waiting for it does not keep it from being stored.

        Raises:
            UnavailableError: too many wait, or the database cannot be used now.
        """
        if len(self._waiting) >= _WAITING_ROWS or self._bytes >= _WAITING_BYTES:
            raise UnavailableError("too many deliveries wait to be stored: send it again", retry_after=_FULL_FOR)
        waiting = _Waiting(delivery)
        self._waiting.append(waiting)
        self._bytes += len(delivery.body)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        async with working(self._engine):
            return await waiting.receipt

    async def aclose(self) -> None:
        """Return when everything that waits is stored, or has failed."""
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        try:
            while batch := self._take():
                await self._write(batch)
        finally:
            self._writer = None

    def _take(self) -> Sequence[_Waiting]:
        """Take what goes into one statement; whoever has stopped waiting is still served."""
        batch: list[_Waiting] = []
        size = 0
        while self._waiting and len(batch) < _BATCH_ROWS and size < _BATCH_BYTES:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].delivery.body)
        self._bytes -= size
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        """Store a batch; if the database refuses it for what one holds, each alone."""
        [outcome] = await asyncio.gather(self._store([each.delivery for each in batch]), return_exceptions=True)
        if not isinstance(outcome, BaseException):
            for waiting, receipt in zip(batch, outcome, strict=True):
                _settle(waiting, receipt)
        elif len(batch) > 1 and not isinstance(outcome, UnavailableError):
            for waiting in batch:
                await self._write([waiting])
        else:
            for waiting in batch:
                _settle(waiting, outcome)

    async def _store(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        async with working(self._engine), self._committing.connect() as connection:
            new = await _insert(connection, batch)
            refused = [each for each in batch if each.id not in new]
            known = await _find(connection, refused) if refused else {}
        if new:
            self._announce()
        return [_receipt(each, new, known) for each in batch]


def _receipt(delivery: Delivery, new: frozenset[str], known: Mapping[_Key, str]) -> Receipt:
    if delivery.id in new:
        return Receipt(id=delivery.id, duplicate=False)
    if (first := known.get(_key(delivery))) is None:
        raise UnavailableError("the delivery was neither stored nor found: send it again", retry_after=_FULL_FOR)
    return Receipt(id=first, duplicate=True)


def _settle(waiting: _Waiting, outcome: Receipt | BaseException) -> None:
    if waiting.receipt.done():
        return
    if isinstance(outcome, BaseException):
        waiting.receipt.set_exception(outcome)
    else:
        waiting.receipt.set_result(outcome)


def _key(delivery: Delivery) -> _Key:
    return delivery.source, delivery.delivery_id


async def _insert(connection: AsyncConnection, batch: Sequence[Delivery]) -> frozenset[str]:
    """Return the ids of those that are new; of several with one key, the first."""
    # In one order everywhere, since two statements that wait for each other's keys would be a deadlock.
    rows = sorted(batch, key=_key)
    stored = await connection.scalars(
        _INSERT,
        {
            "ids": [row.id for row in rows],
            "sources": [row.source for row in rows],
            "delivery_ids": [row.delivery_id for row in rows],
            "events": [row.event for row in rows],
            "headers": [orjson.dumps(row.headers).decode() for row in rows],
            "bodies": [row.body for row in rows],
            "digests": [hashlib.sha256(row.body).digest() for row in rows],
            "times": [row.received_at for row in rows],
        },
    )
    return frozenset(stored)


async def _find(connection: AsyncConnection, batch: Sequence[Delivery]) -> Mapping[_Key, str]:
    """Return the ids under which deliveries were stored before."""
    found = await connection.execute(
        _FIND, {"sources": [row.source for row in batch], "delivery_ids": [row.delivery_id for row in batch]}
    )
    return {(source, delivery_id): stored for source, delivery_id, stored in found}
