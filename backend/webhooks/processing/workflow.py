"""The workflow that goes on with a delivery whose first attempt failed, or was cut off."""

from __future__ import annotations

from itertools import count
from typing import Final, Protocol

from backend.durable.workflow import JSON, Context, WorkflowStatus
from backend.webhooks.processing.attempts import Attempts

WORKFLOW: Final = "webhook"
"""Its name."""


class Durable(Protocol):
    """What runs workflows, as far as it is needed here."""

    async def start(self, workflow: str, id: str, *arguments: JSON) -> None:  # noqa: A002 - as the engine has it
        """Start a workflow, unless there is one with this id."""

    async def status(self, id: str) -> WorkflowStatus | None:  # noqa: A002
        """Return how it stands with a workflow; None where there is none with this id."""


class Processing:
    """Attempts with pauses between them, each of which is done once, whatever happens to the process."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    async def run(self, context: Context, delivery: str, run: int) -> None:
        """Process a delivery to its end.

        Args:
            context: records the steps and the pauses.
            delivery: the id.
            run: which processing of it.
        """
        for number in count(1):
            pause = await context.step("attempt", self._attempts.make, delivery, run, number)
            if not isinstance(pause, float | int):
                return
            await context.sleep(pause)
