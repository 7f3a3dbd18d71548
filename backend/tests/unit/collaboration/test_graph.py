from __future__ import annotations

import pytest

from backend.collaboration.graph import Graph, PlannedStep, agents_of, check


def step(name: str, *after: str, agent: int = 1, template: str = "{task}") -> PlannedStep:
    return PlannedStep(id=name, agent=agent, template=template, after=after)


def test_a_step_may_use_all_that_was_answered_before_it() -> None:
    last = step("c", "b", agent=2, template="{agent} {task} {a} {b}")
    graph = (step("a"), step("b", "a"), last)
    check(graph)
    assert agents_of(graph) == 2


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        ((), "no steps"),
        ((step("task"),), "'task' stands for something else"),
        ((step("a"), step("a")), "'a' is the id of two steps"),
        ((step("a", "a"),), "'a' comes after 'a', which is no step above it"),
        ((step("a", "b"), step("b", "a")), "'a' comes after 'b', which is no step above it"),
        ((step("a", "lost"),), "after 'lost'"),
        (
            (step("a"), step("b", template="{a}")),
            r"the input of step 'b' has \{a\}, expected one of \{agent\}, \{task\}",
        ),
        ((step("a", agent=1), step("b", agent=3)), "agent 2 has no step"),
    ],
)
def test_a_graph_that_cannot_be_run_says_why(graph: Graph, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check(graph)
