"""The tables of deliveries: what arrived, each attempt to process it, and the journal of events."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Enum, ForeignKey, Identity, Index, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database.tables import Base
from backend.webhooks.delivery import Status


def _values(kind: type[Status]) -> list[str]:
    return [status.value for status in kind]


class DeliveryRow(Base):
    """A delivery as it is stored.

    `attempts`, `next_attempt_at` and `last_error` are of the current `run`; `repeats` is the id of an earlier delivery
    with the same body under another id, which a replay by a stranger looks like.
    """

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    delivery_id: Mapped[str]
    event: Mapped[str | None]
    headers: Mapped[list[tuple[str, str]]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    status: Mapped[Status] = mapped_column(
        Enum(Status, native_enum=False, create_constraint=True, length=16, values_callable=_values)
    )
    run: Mapped[int] = mapped_column(server_default="1")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_attempt_at: Mapped[datetime | None]
    processed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    findings: Mapped[list[dict[str, str | None]] | None] = mapped_column(JSON(none_as_null=True))
    released: Mapped[bool] = mapped_column(server_default="false")
    repeats: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("source", "delivery_id"),
        Index(None, "source", "digest", "id"),
        Index("ix_webhook_deliveries_waiting", "run", "id", postgresql_where="status = 'received'"),
        Index("ix_webhook_deliveries_status", "status", "id"),
    )


class AttemptRow(Base):
    """One attempt to process a delivery; without an `error` it succeeded."""

    __tablename__ = "webhook_attempts"

    delivery: Mapped[str] = mapped_column(ForeignKey(DeliveryRow.id, ondelete="CASCADE"), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    error: Mapped[str | None]
    next_attempt_at: Mapped[datetime | None]


class EventRow(Base):
    """An entry of the journal: an event that was processed.

    Nothing but the processing itself keeps an event from being entered twice: that is what the chaos test counts.
    """

    __tablename__ = "webhook_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    delivery: Mapped[str] = mapped_column(ForeignKey(DeliveryRow.id, ondelete="CASCADE"), index=True)
    source: Mapped[str]
    event: Mapped[str | None]
    recorded_at: Mapped[datetime]
