"""The tables of collaborations, and of their steps.

Whatever an agent or a person wrote is JSON and not text, as it may hold NUL characters, which text cannot.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Enum, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from backend.collaboration.collaboration import Status, StepStatus
from backend.database.tables import Base


def _values(kind: type[Status] | type[StepStatus]) -> list[str]:
    return [status.value for status in kind]


class CollaborationRow(Base):
    """A collaboration as it is stored."""

    __tablename__ = "collaborations"

    id: Mapped[str] = mapped_column(primary_key=True)
    workflow: Mapped[str]
    agents: Mapped[list[str]] = mapped_column(JSON)
    task: Mapped[str] = mapped_column(JSON)
    started_by: Mapped[str | None]
    provider: Mapped[str]
    model: Mapped[str]
    status: Mapped[Status] = mapped_column(
        Enum(Status, native_enum=False, create_constraint=True, length=16, values_callable=_values)
    )
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(JSON(none_as_null=True))
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (Index("ix_collaborations_unfinished", "id", postgresql_where="status IN ('started', 'running')"),)


class StepRow(Base):
    """A step as it is stored; `position` is its place among those of the collaboration."""

    __tablename__ = "collaboration_steps"

    collaboration: Mapped[str] = mapped_column(ForeignKey(CollaborationRow.id, ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    agent: Mapped[str]
    agent_name: Mapped[str]
    template: Mapped[str]
    after: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[StepStatus] = mapped_column(
        Enum(StepStatus, native_enum=False, create_constraint=True, length=16, values_callable=_values)
    )
    prompt: Mapped[str | None] = mapped_column(JSON(none_as_null=True))
    answer: Mapped[str | None] = mapped_column(JSON(none_as_null=True))
    model: Mapped[str | None]
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    failures: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_attempt_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(JSON(none_as_null=True))
