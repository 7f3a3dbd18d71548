"""An agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

ID_PATTERN: Final = r"^agt_[0-9a-f]{32}$"
"""Every agent's id matches it."""


class Maturity(StrEnum):
    """How far an agent is trusted, the least first."""

    STUDENT = "STUDENT"
    INTERN = "INTERN"
    SUPERVISED = "SUPERVISED"
    AUTONOMOUS = "AUTONOMOUS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent.

    Attributes:
        id: matches `ID_PATTERN`; ids of agents that were created later sort behind it, to the millisecond.
        name: as its creator gave it; not unique.
        maturity: decides what it may do.
        created_at: in UTC.
    """

    id: str
    name: str
    maturity: Maturity
    created_at: datetime
