from __future__ import annotations

import pytest

from backend.collaboration.builtin import parallel, sequential
from backend.collaboration.graph import agents_of, check
from backend.collaboration.prompts import places


@pytest.mark.parametrize("agents", range(1, 21))
def test_there_is_a_step_for_each_of_any_number_of_agents(agents: int) -> None:
    for graph in (sequential(agents), parallel(agents)):
        check(graph)
        assert agents_of(graph) == len(graph) == agents
        assert [step.agent for step in graph] == list(range(1, agents + 1))
        assert all({"task", "agent"} <= places(step.template) for step in graph)


def test_one_after_the_other_each_gets_the_answer_before_its_own() -> None:
    _, second, third = sequential(3)
    assert (second.after, third.after) == (("step-1",), ("step-2",))
    assert "step-2" in places(third.template)


def test_all_at_once_none_waits_for_another() -> None:
    assert [step.after for step in parallel(3)] == [(), (), ()]


def test_an_agent_that_is_alone_hears_of_no_others() -> None:
    assert sequential(1) == parallel(1)
    assert "agents" not in sequential(1)[0].template
