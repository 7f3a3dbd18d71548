from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.collaboration.prompts import places, render


def test_places_are_names_in_braces_and_other_braces_are_text() -> None:
    template = 'Ask {agent} about {task}, {step-1} and {step-1}: {"json": {}} {Not_one} {}'
    assert places(template) == {"agent", "task", "step-1"}
    values = {"agent": "A", "task": "T", "step-1": "S"}
    assert render(template, values) == 'Ask A about T, S and S: {"json": {}} {Not_one} {}'


@given(st.text())
def test_what_is_filled_in_is_not_looked_at_again(task: str) -> None:
    assert render("<{task}|{agent}>", {"task": f"{{agent}}{task}", "agent": "{task}"}) == f"<{{agent}}{task}|{{task}}>"


@given(st.text(alphabet=st.characters(exclude_characters="{}")))
def test_a_template_without_places_stays_as_it_is(template: str) -> None:
    assert not places(template)
    assert render(template, {}) == template
