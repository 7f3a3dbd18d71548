"""What is read and written about the processing of a delivery, each in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

from sqlalchemy import (
    ARRAY,
    JSON,
    DateTime,
    Integer,
    Row,
    SmallInteger,
    Text,
    any_,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.webhooks.delivery import Delivery, Status
from backend.webhooks.tables import AttemptRow, DeliveryRow

FindingRecord: TypeAlias = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to process a delivery.

    Attributes:
        delivery, run, number: which attempt of which processing of which delivery; the first is number 1.
        started_at: when it began.
    """

    delivery: str
    run: int
    number: int
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A delivery whose row is locked, and how far this run of it has come.

    Attributes:
        delivery: as it is stored.
        attempts: made in this run.
        next_attempt_at: when the next one is due.
        earlier: an older delivery of the same source with the same body.
    """

    delivery: Delivery
    attempts: int
    next_attempt_at: datetime | None
    earlier: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What is noticed before the first attempt.

    Attributes:
        findings: where the delivery differs from its contract.
        broken: whether that keeps it from being processed.
        repeats: the older delivery whose body it has.
    """

    findings: Sequence[FindingRecord] | None = None
    broken: bool = False
    repeats: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ended: without an error it succeeded, without a next attempt a failed one was the last.

    Attributes:
        at: when.
        error: what went wrong.
        next_attempt_at: when the next attempt is due.
    """

    at: datetime
    error: str | None = None
    next_attempt_at: datetime | None = None

    @property
    def status(self) -> Status:
        """Return what the delivery is after this."""
        if self.error is None:
            return Status.PROCESSED
        return Status.DEAD if self.next_attempt_at is None else Status.PROCESSING


_FINDINGS: Final = JSON(none_as_null=True)
_TIME: Final = DateTime(timezone=True)
_OLDER: Final = aliased(DeliveryRow)

_IN_RUN: Final = (
    DeliveryRow.id == bindparam("b_delivery"),
    DeliveryRow.run == bindparam("b_run"),
    DeliveryRow.status == Status.PROCESSING,
)
_EARLIER: Final = (
    select(_OLDER.id)
    .where(_OLDER.source == DeliveryRow.source, _OLDER.digest == DeliveryRow.digest, _OLDER.id < DeliveryRow.id)
    .order_by(_OLDER.id)
    .limit(1)
    .correlate(DeliveryRow)
    .scalar_subquery()
)
_COLUMNS: Final = select(
    DeliveryRow.id,
    DeliveryRow.source,
    DeliveryRow.delivery_id,
    DeliveryRow.event,
    DeliveryRow.headers,
    DeliveryRow.body,
    DeliveryRow.received_at,
    DeliveryRow.run,
    DeliveryRow.released,
    DeliveryRow.attempts,
    DeliveryRow.next_attempt_at,
    _EARLIER.label("earlier"),
)
_HOLD: Final = _COLUMNS.where(*_IN_RUN).with_for_update(nowait=True, key_share=True, of=DeliveryRow)
_HOLD_MANY: Final = _COLUMNS.where(
    DeliveryRow.id == any_(bindparam("b_deliveries", type_=ARRAY(Text))), DeliveryRow.status == Status.PROCESSING
).with_for_update(skip_locked=True, key_share=True, of=DeliveryRow)
_ENDED: Final = (
    update(DeliveryRow)
    .where(*_IN_RUN, DeliveryRow.attempts < bindparam("b_number", type_=SmallInteger))
    .values(
        status=bindparam("b_status"),
        attempts=bindparam("b_number", type_=SmallInteger),
        next_attempt_at=bindparam("b_next", type_=_TIME),
        processed_at=bindparam("b_processed", type_=_TIME),
        last_error=bindparam("b_error", type_=Text),
        findings=func.coalesce(bindparam("b_findings", type_=_FINDINGS), DeliveryRow.findings, type_=_FINDINGS),
        repeats=func.coalesce(bindparam("b_repeats", type_=Text), DeliveryRow.repeats),
    )
    .returning(DeliveryRow.id)
    .cte("ended")
)
_END: Final = (
    insert(AttemptRow)
    .from_select(
        ["delivery", "run", "number", "started_at", "ended_at", "error", "next_attempt_at"],
        select(
            _ENDED.c.id,
            bindparam("b_run", type_=Integer),
            bindparam("b_number", type_=SmallInteger),
            bindparam("b_started", type_=_TIME),
            bindparam("b_ended", type_=_TIME),
            bindparam("b_error", type_=Text),
            bindparam("b_next", type_=_TIME),
        ),
    )
    .execution_options(preserve_rowcount=True)
)
_NOTE: Final = (
    update(DeliveryRow)
    .where(DeliveryRow.id == bindparam("b_delivery"))
    .values(
        findings=func.coalesce(bindparam("b_findings", type_=_FINDINGS), DeliveryRow.findings, type_=_FINDINGS),
        repeats=func.coalesce(bindparam("b_repeats", type_=Text), DeliveryRow.repeats),
    )
)
_SET_ASIDE: Final = (
    update(DeliveryRow)
    .where(*_IN_RUN)
    .values(
        status=Status.QUARANTINED,
        next_attempt_at=None,
        findings=bindparam("b_findings", type_=_FINDINGS),
        repeats=bindparam("b_repeats", type_=Text),
    )
)


async def hold(connection: AsyncConnection, attempt: Attempt) -> Held | None:
    """Lock the delivery of an attempt until the transaction ends.

    Returns:
        None where the delivery is not in processing, or in another run.

    Raises:
        OperationalError: someone else has locked it.
    """
    found = await connection.execute(_HOLD, {"b_delivery": attempt.delivery, "b_run": attempt.run})
    row = found.one_or_none()
    return None if row is None else _held(row)


async def hold_many(connection: AsyncConnection, deliveries: Sequence[str]) -> Sequence[Held]:
    """Lock those deliveries that are in processing, and that nobody else has locked, until the transaction ends."""
    found = await connection.execute(_HOLD_MANY, {"b_deliveries": deliveries})
    return [_held(row) for row in found]


def _held(row: Row[*tuple[object, ...]]) -> Held:
    due = row.next_attempt_at
    return Held(
        delivery=Delivery(
            id=row.id,
            source=row.source,
            delivery_id=row.delivery_id,
            event=row.event,
            headers=tuple((name, value) for name, value in row.headers),
            body=row.body,
            received_at=row.received_at.astimezone(UTC),
            run=row.run,
            released=row.released,
        ),
        attempts=row.attempts,
        next_attempt_at=due and due.astimezone(UTC),
        earlier=row.earlier,
    )


async def end(connection: AsyncConnection, attempt: Attempt, ending: Ending, notes: Notes) -> bool:
    """Record an attempt and what it makes of its delivery; tell whether this was new, as it is recorded only once."""
    done = await connection.execute(
        _END,
        {
            "b_delivery": attempt.delivery,
            "b_run": attempt.run,
            "b_number": attempt.number,
            "b_started": attempt.started_at,
            "b_ended": ending.at,
            "b_status": ending.status,
            "b_next": ending.next_attempt_at,
            "b_processed": ending.at if ending.status is Status.PROCESSED else None,
            "b_error": ending.error,
            "b_findings": notes.findings,
            "b_repeats": notes.repeats,
        },
    )
    return done.rowcount == 1


async def set_aside(connection: AsyncConnection, attempt: Attempt, notes: Notes) -> None:
    """Put a delivery into quarantine."""
    values = {"b_findings": notes.findings, "b_repeats": notes.repeats}
    await connection.execute(_SET_ASIDE, {"b_delivery": attempt.delivery, "b_run": attempt.run, **values})


async def note(connection: AsyncConnection, notes: Mapping[str, Notes]) -> None:
    """Store what was noticed, by the ids of deliveries."""
    if noted := {delivery: each for delivery, each in notes.items() if each != Notes()}:
        values = [
            {"b_delivery": delivery, "b_findings": each.findings, "b_repeats": each.repeats}
            for delivery, each in noted.items()
        ]
        await connection.execute(_NOTE, values)
