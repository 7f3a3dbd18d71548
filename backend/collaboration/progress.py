"""What is to be done next in a collaboration, and what came of it: pure functions of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.collaboration.collaboration import Collaboration, Status, Step, StepStatus
from backend.collaboration.prompts import AGENT, TASK, render


def ready(steps: Sequence[Step]) -> Sequence[Step]:
    """Return the steps that have no answer, and all that they need; also those that a crash has cut off."""
    succeeded = {step.id for step in steps if step.status is StepStatus.SUCCEEDED}
    return [
        step
        for step in steps
        if step.status in {StepStatus.PENDING, StepStatus.RUNNING} and succeeded.issuperset(step.after)
    ]


def pause(step: Step, now: datetime) -> float:
    """Return the seconds until a step that is ready may be asked; 0 where it may be at once."""
    return 0.0 if step.next_attempt_at is None else max(0.0, (step.next_attempt_at - now).total_seconds())


def outcome(steps: Sequence[Step]) -> tuple[Status, str | None]:
    """Return how a collaboration ends in which nothing is ready, and why it failed."""
    failed = [step for step in steps if step.status is StepStatus.FAILED]
    if failed:
        return Status.FAILED, f"the step {failed[0].id!r} failed: {failed[0].error}"
    return Status.SUCCEEDED, None


def prompt(collaboration: Collaboration, step: Step) -> str:
    """Return what is asked in a step, all steps that it needs having answers."""
    answers = {each.id: each.answer for each in collaboration.steps if each.answer is not None}
    return render(step.template, {**answers, TASK: collaboration.overview.task, AGENT: step.agent_name})


def result(steps: Sequence[Step]) -> str:
    """Return the answer of the step that no other follows; of several, all of them, each below its agent's name."""
    followed = {needed for step in steps for needed in step.after}
    last = [step for step in steps if step.id not in followed]
    if len(last) == 1:
        return last[0].answer or ""
    return "\n\n".join(f"{step.agent_name}:\n{step.answer or ''}" for step in last)
