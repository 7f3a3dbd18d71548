"""What an agent may do: that depends on its maturity."""

from __future__ import annotations

from typing import Final

from backend.agents.agent import Agent, Maturity
from backend.errors import ForbiddenError

_ASCENDING: Final = tuple(Maturity)


def require(agent: Agent, needed: Maturity, doing: str) -> None:
    """Return where an agent is mature enough.

    Args:
        agent: who wants to do something.
        needed: the least maturity that may.
        doing: what it wants to do, as `broadcast`.

    Raises:
        ForbiddenError: the agent is less mature; the message says which maturity is needed.
    """
    if _ASCENDING.index(agent.maturity) < _ASCENDING.index(needed):
        enough = needed if needed is _ASCENDING[-1] else f"{needed} or more"
        raise ForbiddenError(f"agent {agent.name!r} is {agent.maturity}: to {doing} needs {enough}")
