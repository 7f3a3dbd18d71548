"""The tables of shared values: how far each space has come, the current version of each document, and the versions."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database.tables import Base


class SpaceRow(Base):
    """How many versions were written to all documents of a space; whoever writes holds its lock until the commit."""

    __tablename__ = "shared_spaces"

    space: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)


class DocumentRow(Base):
    """Which version of a document is the current one."""

    __tablename__ = "shared_documents"

    space: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]


class VersionRow(Base):
    """A version of a document; old ones are removed, the current one never is."""

    __tablename__ = "shared_versions"

    space: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[JsonValue] = mapped_column(JSON, nullable=False)
    written_by: Mapped[str]
    written_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["space", "name"], [DocumentRow.space, DocumentRow.name], ondelete="CASCADE"),
        UniqueConstraint("space", "revision"),
    )
