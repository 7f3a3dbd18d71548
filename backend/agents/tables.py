"""The table of agents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column

from backend.agents.agent import Maturity
from backend.database.tables import Base


class AgentRow(Base):
    """An agent as it is stored."""

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    maturity: Mapped[Maturity] = mapped_column(Enum(Maturity, native_enum=False, create_constraint=True, length=16))
    created_at: Mapped[datetime]
