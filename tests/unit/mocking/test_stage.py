from __future__ import annotations

import pytest

from tapecheck.mocking.places import Caller
from tapecheck.mocking.stage import Scene, Stage
from tests.unit.mocking.conftest import running


@pytest.fixture
def stage() -> Stage:
    return Stage(scene=Scene(test=running(lambda: None), is_body=True))


def test_the_function_of_a_test_runs_unless_a_wider_fixture_is_set_up(stage: Stage) -> None:
    assert (stage.is_body, stage.is_own) == (True, True)
    stage.sharing = 1
    assert (stage.is_body, stage.is_own) == (False, False)
    assert (Stage().is_body, Stage().is_own) == (False, False)


def test_what_fixtures_do_is_the_tests_own_though_not_its_functions(stage: Stage) -> None:
    assert stage.scene is not None
    stage.scene.is_body = False
    assert (stage.is_body, stage.is_own) == (False, True)


def test_what_was_put_in_place_last_is_taken_back_first(stage: Stage) -> None:
    thing, other = object(), object()
    for one, what in [(thing, "first"), (other, "second"), (thing, "third")]:
        stage.put(one, what, Caller())
    stage.take(thing)
    assert [one.what for one in stage.standing] == ["first", "second"]
    stage.take(object())
    stage.take(thing)
    assert [one.what for one in stage.standing] == ["second"]


def test_what_a_wider_fixture_puts_in_place_is_no_tests_own(stage: Stage) -> None:
    stage.put(1, "the test's", Caller())
    stage.sharing = 1
    stage.put(2, "the fixture's", Caller())
    assert [one.scene for one in stage.standing] == [stage.scene, None]
