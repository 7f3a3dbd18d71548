"""The graph of a workflow: which step is whose, and what must have been answered before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from backend.collaboration.prompts import RESERVED, places


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step of a workflow.

    Attributes:
        id: names it.
        agent: which of the agents does it; the first is 1.
        template: the prompt, see `prompts`.
        after: the ids of steps that must have succeeded before.
    """

    id: str
    agent: int
    template: str
    after: tuple[str, ...] = ()


Graph: TypeAlias = tuple[PlannedStep, ...]
"""The steps of a workflow, each behind those that it needs."""


def agents_of(graph: Graph) -> int:
    """Return how many agents a workflow is for."""
    return max(step.agent for step in graph)


def check(graph: Graph) -> None:
    """Return where a graph can be run to its end.

    Raises:
        ValueError: it has no steps, two of one name, one that needs what is not above it (as in a circle), a template
            with a place that nothing fills, or an agent with nothing to do.
    """
    if not graph:
        raise ValueError("it has no steps, expected one at least")
    above: dict[str, frozenset[str]] = {}
    for step in graph:
        _check_step(step, above)
        above[step.id] = frozenset(step.after).union(*(above[each] for each in step.after))
    idle = sorted(set(range(1, agents_of(graph) + 1)) - {step.agent for step in graph})
    if idle:
        raise ValueError(f"agent {idle[0]} has no step, expected one at least for each agent up to {agents_of(graph)}")


def _check_step(step: PlannedStep, above: dict[str, frozenset[str]]) -> None:
    """Look at a step; `above` holds for each one before it all that are done before that one."""
    if step.id in RESERVED or step.id in above:
        reason = "stands for something else in templates" if step.id in RESERVED else "is the id of two steps"
        raise ValueError(f"{step.id!r} {reason}: choose another id")
    for needed in step.after:
        if needed not in above:
            raise ValueError(
                f"step {step.id!r} comes after {needed!r}, which is no step above it: list each step behind those "
                "that it needs, so that none waits for itself"
            )
    known = RESERVED.union(step.after, *(above[each] for each in step.after))
    unknown = _first(places(step.template) - known)
    if unknown is not None:
        raise ValueError(
            f"the input of step {step.id!r} has {{{unknown}}}, expected one of "
            f"{', '.join(f'{{{name}}}' for name in sorted(known))}: only steps that come before it have answers"
        )


def _first(names: frozenset[str]) -> str | None:
    return min(names, default=None)
