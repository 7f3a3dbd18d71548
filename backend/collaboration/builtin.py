"""The workflows for any number of agents: one after the other, and all at once."""

from __future__ import annotations

from typing import Final

from backend.collaboration.graph import Graph, PlannedStep

SEQUENTIAL: Final = "sequential"
PARALLEL: Final = "parallel"

_ALONE: Final = "You are {agent}. Do this task.\n\n{task}"
_FIRST: Final = "You are {agent}, the first of several agents who do a task one after the other.\n\nThe task:\n{task}"
_NEXT: Final = (
    "You are {{agent}}, one of several agents who do a task one after the other. Go on from the answer of the one "
    "before you.\n\nThe task:\n{{task}}\n\nThe answer of the one before you:\n{{{before}}}"
)
_EACH: Final = "You are {agent}, one of several agents who do the same task at once. Do it by yourself.\n\n{task}"


def sequential(agents: int) -> Graph:
    """Return a chain: the first agent gets the task, each other one the task and the answer before its own."""
    first = PlannedStep(id=_id(1), agent=1, template=_FIRST if agents > 1 else _ALONE)
    return (first, *(_following(number) for number in range(2, agents + 1)))


def parallel(agents: int) -> Graph:
    """Return steps that need nothing of each other: each agent gets the task."""
    template = _EACH if agents > 1 else _ALONE
    return tuple(PlannedStep(id=_id(number), agent=number, template=template) for number in range(1, agents + 1))


def _following(number: int) -> PlannedStep:
    before = _id(number - 1)
    return PlannedStep(id=_id(number), agent=number, template=_NEXT.format(before=before), after=(before,))


def _id(number: int) -> str:
    return f"step-{number}"
