"""The tables of messages: each is stored once, and entered into the inbox of everyone whom it is for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Enum, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.agents.tables import AgentRow
from backend.database.tables import Base
from backend.messages.message import Kind


def _values(kind: type[Kind]) -> list[str]:
    return [each.value for each in kind]


class InboxRow(Base):
    """The inbox of an agent, made when its first message comes.

    Whoever enters a message holds its lock until the commit: that is why numbers become visible in their order, and no
    reader passes one by.
    """

    __tablename__ = "inboxes"

    agent: Mapped[str] = mapped_column(ForeignKey(AgentRow.id), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)
    acknowledged: Mapped[int] = mapped_column(BigInteger, server_default="0")


class MessageRow(Base):
    """A message as it was sent; with an idempotency key, `digest` tells whether another one came with the same."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(ForeignKey(AgentRow.id))
    body: Mapped[str]
    sent_at: Mapped[datetime]
    recipients: Mapped[int]
    idempotency_key: Mapped[str | None]
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (UniqueConstraint("sender", "idempotency_key"),)


class EntryRow(Base):
    """A message in an inbox; `sender` is here, too, so that only what is wanted is looked up."""

    __tablename__ = "inbox_entries"

    recipient: Mapped[str] = mapped_column(ForeignKey(InboxRow.agent), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message: Mapped[str] = mapped_column(ForeignKey(MessageRow.id))
    sender: Mapped[str]
    kind: Mapped[Kind] = mapped_column(
        Enum(Kind, native_enum=False, create_constraint=True, length=16, values_callable=_values)
    )
