"""The durable workflow of a collaboration."""

from __future__ import annotations

from typing import Final

from backend.collaboration.conductor import Conductor
from backend.durable.workflow import Context

WORKFLOW: Final = "collaboration"
"""Its name."""


class Conducting:
    """Rounds with pauses between them, resumed by whoever finds them without a process.

    The questions are no steps of the engine of their own: those must come in one order, and the answers of agents that
    are asked at once do not. What was answered is told by the rows, see `ledger`; a round that is done again finds it.
    """

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor

    async def run(self, context: Context, collaboration: str) -> None:
        """Bring a collaboration to its end.

        Args:
            context: keeps what the rounds returned, and the pauses.
            collaboration: its id.
        """
        while True:
            pause = await context.step("round", self._conductor.advance, collaboration)
            if not isinstance(pause, float | int):
                return
            await context.sleep(pause)
