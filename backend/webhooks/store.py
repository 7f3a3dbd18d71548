"""What became of deliveries, as it is in the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import defer

from backend.database.working import working
from backend.errors import NotFoundError, quoted
from backend.webhooks.delivery import ID_PATTERN, Status
from backend.webhooks.tables import AttemptRow, DeliveryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How far a delivery has come.

    Attributes:
        id, source, delivery_id, event, received_at, run, released: as in `Delivery`.
        status: how far.
        attempt_count: of the current run.
        next_attempt_at: when it is tried again, where it failed.
        processed_at: when it was processed.
        last_error: of the current run.
        repeats: the id of an earlier delivery with the same body under another id.
    """

    id: str
    source: str
    delivery_id: str
    event: str | None
    received_at: datetime
    status: Status
    run: int
    released: bool
    attempt_count: int
    next_attempt_at: datetime | None
    processed_at: datetime | None
    last_error: str | None
    repeats: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to process a delivery; without an `error` it succeeded.

    Attributes:
        run, number: which one, both counted from 1.
        started_at, ended_at: when.
        error: why it failed.
        next_attempt_at: when it was to be tried again.
    """

    run: int
    number: int
    started_at: datetime
    ended_at: datetime
    error: str | None
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """All that is known of a delivery.

    Attributes:
        overview: how far it has come.
        headers, body: what arrived.
        findings: what its contract says against it; None before it was looked at.
        attempts: of all runs, in order.
    """

    overview: Overview
    headers: Sequence[tuple[str, str]]
    body: bytes = field(repr=False)
    findings: Sequence[Mapping[str, str | None]] | None
    attempts: Sequence[Attempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """Some deliveries.

    Attributes:
        deliveries: the oldest first.
        next_cursor: the `after` of the page behind this one; None on the last.
    """

    deliveries: tuple[Overview, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which deliveries are wanted; None is all."""

    source: str | None = None
    status: Status | None = None
    event: str | None = None


_LARGE: Final = (defer(DeliveryRow.headers), defer(DeliveryRow.body), defer(DeliveryRow.findings))
"""What a page does not read."""


@dataclass(frozen=True, slots=True)
class DeliveryStore:
    """The deliveries in the database.

    Every method raises `UnavailableError` when the database cannot be used now.

    Args:
        engine: of a database whose migrations are done.
    """

    _engine: AsyncEngine

    async def get(self, id: str) -> Details:  # noqa: A002 - as the attribute is called
        """Return a delivery.

        Raises:
            NotFoundError: there is none with this id.
        """
        _check(id)
        tried = select(AttemptRow).where(AttemptRow.delivery == id).order_by(AttemptRow.run, AttemptRow.number)
        async with working(self._engine), AsyncSession(self._engine) as session:
            row = await session.get(DeliveryRow, id)
            attempts = [_attempt(each) for each in await session.scalars(tried)]
        if row is None:
            raise absent(id)
        return Details(
            overview=_overview(row),
            headers=[(name, value) for name, value in row.headers],
            body=row.body,
            findings=row.findings,
            attempts=attempts,
        )

    async def list(self, limit: int = 50, after: str | None = None, wanted: Filter = Filter()) -> DeliveryPage:
        """Return at most `limit` deliveries in the order of their ids, which is the order of their arrival.

        Args:
            limit: at least 1.
            after: the `next_cursor` of the page before; None for the first page.
            wanted: which ones.

        Raises:
            NotFoundError: `after` is not an id of a delivery.
        """
        query = select(DeliveryRow).options(*_LARGE).order_by(DeliveryRow.id).limit(limit + 1)
        if after is not None:
            _check(after)
            query = query.where(DeliveryRow.id > after)
        for column, value in (
            (DeliveryRow.source, wanted.source),
            (DeliveryRow.status, wanted.status),
            (DeliveryRow.event, wanted.event),
        ):
            if value is not None:
                query = query.where(column == value)
        async with working(self._engine), AsyncSession(self._engine) as session:
            found = [_overview(row) for row in await session.scalars(query)]
        more = len(found) > limit
        return DeliveryPage(deliveries=tuple(found[:limit]), next_cursor=found[limit - 1].id if more else None)


def absent(id: str) -> NotFoundError:  # noqa: A002
    """Return the error that tells that there is no such delivery."""
    return NotFoundError(f"there is no delivery {quoted(id)}: GET /api/webhooks/deliveries lists them")


def _check(id: str) -> None:  # noqa: A002
    if not re.fullmatch(ID_PATTERN, id):  # others may hold what PostgreSQL cannot take
        raise absent(id)


def _overview(row: DeliveryRow) -> Overview:
    return Overview(
        id=row.id,
        source=row.source,
        delivery_id=row.delivery_id,
        event=row.event,
        received_at=row.received_at.astimezone(UTC),
        status=row.status,
        run=row.run,
        released=row.released,
        attempt_count=row.attempts,
        next_attempt_at=_in_utc(row.next_attempt_at),
        processed_at=_in_utc(row.processed_at),
        last_error=row.last_error,
        repeats=row.repeats,
    )


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        run=row.run,
        number=row.number,
        started_at=row.started_at.astimezone(UTC),
        ended_at=row.ended_at.astimezone(UTC),
        error=row.error,
        next_attempt_at=_in_utc(row.next_attempt_at),
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
