from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.collaboration.builtin import parallel
from backend.collaboration.collaboration import Collaboration, Status, StepStatus
from backend.collaboration.models import NewCollaboration, detailed, shown
from backend.collaboration.registry import NAMES
from backend.llm.protocol import Usage
from backend.tests.unit.collaboration.support import TASK, made
from backend.tests.virtual_clock import VirtualClock

SCHEMA = NewCollaboration.model_json_schema()


def body(agents: object, workflow: object = "sequential", **more: object) -> dict[str, object]:
    return {"agents": agents, "task": TASK, "workflow": workflow, **more}


@given(st.integers(0, 22), st.sampled_from([*NAMES, "tower"]), st.booleans())
def test_openapi_says_what_is_taken(count: int, workflow: str, twice: bool) -> None:
    agents = [f"agt_{number}" for number in range(count)] + ["agt_0"] * (twice and count > 0)
    asked = body(agents, workflow)
    try:
        NewCollaboration.model_validate_json(json.dumps(asked))
    except ValidationError:
        taken = False
    else:
        taken = True
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(asked) is taken


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (body(["a"], "review"), "the workflow 'review' is for 2 agents, got 1"),
        (body(["a"], "tower"), "there is no such workflow: expected one of sequential, parallel"),
        (body(["a", "b", "a"]), "each agent once, got 'a' twice"),
        (body([]), "at least 1 item"),
        (body([str(number) for number in range(21)]), "at most 20 items"),
        (body(["a"], task=""), "at least 1 character"),
        (body(["a"], provider="nobody"), "should be one of anthropic"),
        (body(["a"], colour="red"), "Extra inputs"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        NewCollaboration.model_validate(wrong)


def told(clock: VirtualClock, *models: str) -> Collaboration:
    """A collaboration in which as many agents have answered as there are models, all at once."""
    found = made(clock, parallel(3))
    used = Usage(input_tokens=1000, output_tokens=10)
    answered = [
        replace(step, status=StepStatus.SUCCEEDED, answer=f"of {step.id}", model=model, usage=used)
        for step, model in zip(found.steps, models, strict=False)
    ]
    return replace(found, steps=(*answered, *found.steps[len(models) :]))


def test_while_it_runs_what_is_answered_is_shown_and_no_result(clock: VirtualClock) -> None:
    found = detailed(told(clock, "gpt-4.1-mini-2025-04-14"))
    assert (found.result, found.status, found.task) == (None, Status.STARTED, TASK)
    assert [step.answer for step in found.steps] == ["of step-1", None, None]
    assert [step.provider for step in found.steps] == ["openai"] * 3
    assert (found.totals.input_tokens, found.totals.output_tokens, found.totals.cost_usd) == (1000, 10, 0.000416)


def test_a_model_without_a_price_is_named(clock: VirtualClock) -> None:
    totals = detailed(told(clock, "gpt-4.1-mini", "a-new-one")).totals
    assert (totals.cost_usd, totals.unpriced_models, totals.input_tokens) == (None, ["a-new-one"], 2000)


def test_a_success_has_a_result(clock: VirtualClock) -> None:
    found = told(clock, "m", "m", "m")
    ended = replace(found, overview=replace(found.overview, status=Status.SUCCEEDED))
    assert detailed(ended).result == "Ada:\nof step-1\n\nBob:\nof step-2\n\nCleo:\nof step-3"
    assert shown(ended.overview).status is Status.SUCCEEDED
