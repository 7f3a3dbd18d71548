from __future__ import annotations

from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.mocking.baseline import Baseline

STATES = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2).map(str))


@pytest.fixture
def state() -> dict[str, object]:
    return {"kept": "1", "changed": "1", "removed": "1"}


@pytest.fixture
def baseline(state: dict[str, object]) -> Baseline[str]:
    baseline = Baseline(lambda: dict(state))
    baseline.begin()
    return baseline


def test_what_is_added_changed_and_removed(baseline: Baseline[str], state: dict[str, object]) -> None:
    state.update({"changed": "2", "added": "1"})
    del state["removed"]
    assert baseline.changed() == {"added": "added", "changed": "changed", "removed": "removed"}
    baseline.begin()
    assert baseline.changed() == {}


def test_an_equal_text_is_the_same_and_an_equal_object_is_not(
    baseline: Baseline[str], state: dict[str, object]
) -> None:
    state["kept"] = "".join(["", "1"])
    assert baseline.changed() == {}
    state["kept"] = ANY
    assert baseline.changed() == {"kept": "changed"}


def test_what_a_wider_fixture_does_is_its_own_affair(baseline: Baseline[str], state: dict[str, object]) -> None:
    owner = object()
    with baseline.sharing(owner):
        state.update({"changed": "2", "added": "1"})
        del state["removed"]
    assert baseline.changed() == {}
    state.update({"changed": "1", "removed": "1"})
    del state["added"]
    baseline.shared_ended(owner)
    assert baseline.changed() == {}


def test_a_wider_fixture_that_fails_has_done_what_it_has_done(
    baseline: Baseline[str], state: dict[str, object]
) -> None:
    def fail() -> None:
        with baseline.sharing(object()):
            state["added"] = "1"
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert baseline.changed() == {}


def test_what_the_test_does_besides_a_wider_fixture_is_the_tests(
    baseline: Baseline[str], state: dict[str, object]
) -> None:
    owner = object()
    with baseline.sharing(owner):
        state["added"] = "1"
    state["changed"] = "2"
    baseline.shared_ended(owner)
    assert baseline.changed() == {"changed": "changed"}


def test_a_fixture_that_nobody_knows_has_changed_nothing(baseline: Baseline[str]) -> None:
    baseline.shared_ended(object())
    assert baseline.changed() == {}


@given(before=STATES, shared=STATES, after=STATES)
def test_the_test_is_blamed_for_just_what_differs_since_the_wider_fixture(
    before: dict[str, str], shared: dict[str, str], after: dict[str, str]
) -> None:
    state: dict[str, object] = dict(before)
    baseline = Baseline(lambda: dict(state))
    baseline.begin()
    with baseline.sharing(object()):
        state.clear()
        state.update(shared)
    state.clear()
    state.update(after)
    assert baseline.changed().keys() == {
        key for key in shared.keys() | after.keys() if shared.get(key) != after.get(key)
    }
