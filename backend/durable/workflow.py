"""What a workflow is to the rest of the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
"""What goes into a workflow, comes out of it, and is kept of each step. It is read back as plain lists and dicts."""


class Context(Protocol):
    """What a workflow does its work through.

    A workflow that is resumed runs from its beginning, and each of its steps and pauses that was finished returns at
    once what it returned then. So what a workflow does between its steps must depend on nothing but its arguments and
    what its steps returned: time, chance and everything outside belong into a step.
    """

    @property
    def id(self) -> str:
        """The id that the workflow was started with."""

    async def step(self, name: str, function: Callable[..., Awaitable[JSON]], *arguments: JSON) -> JSON:
        """Do something once, and keep what it returned.

        A step that was cut before its result was kept is done again when the workflow is resumed. The result is kept
        after the step has had its effect, so a step whose effect must happen once has to tell by itself whether it did.

        Args:
            name: of the step; a workflow that is resumed must come upon the same names in the same order.
            function: does it, on the event loop of the application.
            arguments: are handed to it, and are not kept.

        Returns:
            What the function returned.

        Raises:
            StepError: the function raised; that is kept as well, and the function is not called again.
        """

    async def sleep(self, seconds: float) -> None:
        """Wait; who is resumed waits for what is left. Nothing is held meanwhile but a little memory."""


Workflow: TypeAlias = Callable[..., Awaitable[JSON]]
"""Takes a `Context` and the arguments that it was started with, and returns its result.

It is an async function, called on the event loop of the application, whether it is started or resumed.
"""


class Condition(StrEnum):
    """How it stands with a workflow.

    `lost` are those that were resumed so often that they seem to end the process each time, and are not resumed again.
    """

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowStatus:
    """A workflow as it stands.

    Attributes:
        id: that it was started with.
        workflow: its name.
        condition: how it stands; it is running too while it waits to be resumed.
        executor: the process that has it, or had it last, such as `worker-1`; None before any took it.
        result: what it returned; None while it has not succeeded.
        error: what it failed with: a `StepError`'s message, or the kind and the text of another error; None where it
            did not fail.
    """

    id: str
    workflow: str
    condition: Condition
    executor: str | None
    result: JSON
    error: str | None
