from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.collaboration.builtin import parallel, sequential
from backend.collaboration.collaboration import Status, Step, StepStatus
from backend.collaboration.progress import outcome, pause, prompt, ready, result
from backend.collaboration.registry import WORKFLOWS
from backend.tests.unit.collaboration.support import TASK, made
from backend.tests.virtual_clock import VirtualClock


def steps_of(clock: VirtualClock, workflow: str, **statuses: StepStatus) -> tuple[Step, ...]:
    steps = made(clock, WORKFLOWS[workflow]).steps
    return tuple(replace(step, status=statuses.get(step.id, step.status)) for step in steps)


def ids(steps: object) -> list[str]:
    assert isinstance(steps, list)
    return [step.id for step in steps]


def test_what_needs_nothing_that_is_missing_is_ready(clock: VirtualClock) -> None:
    assert ids(ready(steps_of(clock, "debate"))) == ["for", "against"]
    done = {"for": StepStatus.SUCCEEDED, "against": StepStatus.SUCCEEDED}
    assert ids(ready(steps_of(clock, "debate", **done))) == ["verdict"]


def test_what_was_cut_off_is_ready_again(clock: VirtualClock) -> None:
    cut = {"for": StepStatus.RUNNING, "against": StepStatus.SUCCEEDED}
    assert ids(ready(steps_of(clock, "debate", **cut))) == ["for"]


def test_what_needs_a_step_that_failed_is_never_ready(clock: VirtualClock) -> None:
    failed = {"for": StepStatus.FAILED, "against": StepStatus.SUCCEEDED}
    steps = steps_of(clock, "debate", **failed)
    assert ids(ready(steps)) == []
    assert outcome(steps) == (Status.FAILED, "the step 'for' failed: None")


def test_without_failures_the_end_is_a_success(clock: VirtualClock) -> None:
    done = dict.fromkeys(("draft", "critique", "revision"), StepStatus.SUCCEEDED)
    assert outcome(steps_of(clock, "review", **done)) == (Status.SUCCEEDED, None)


def test_a_step_waits_until_its_next_attempt_is_due(clock: VirtualClock) -> None:
    [step] = made(clock, sequential(1)).steps
    assert pause(step, clock.now()) == 0
    waiting = replace(step, next_attempt_at=clock.now() + timedelta(seconds=7))
    assert pause(waiting, clock.now()) == 7
    assert pause(waiting, clock.now() + timedelta(seconds=9)) == 0


def test_a_prompt_is_of_the_task_the_name_and_the_answers_before(clock: VirtualClock) -> None:
    found = made(clock, sequential(2))
    first, second = found.steps
    told = replace(found, steps=(replace(first, answer="It rises, {task}."), second))
    assert prompt(told, second) == (
        "You are Bob, one of several agents who do a task one after the other. Go on from the answer of the one before "
        f"you.\n\nThe task:\n{TASK}\n\nThe answer of the one before you:\nIt rises, {{task}}."
    )
    assert prompt(found, first).startswith("You are Ada, the first of several agents")


def test_the_result_is_the_last_answer_or_all_that_come_last(clock: VirtualClock) -> None:
    chain = tuple(replace(step, answer=f"of {step.id}") for step in made(clock, sequential(3)).steps)
    assert result(chain) == "of step-3"
    crowd = tuple(replace(step, answer=f"of {step.id}") for step in made(clock, parallel(3)).steps)
    assert result(crowd) == "Ada:\nof step-1\n\nBob:\nof step-2\n\nCleo:\nof step-3"
