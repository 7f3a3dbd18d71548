from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from unittest import mock
from unittest.mock import AsyncMock, Mock, create_autospec, patch

import pytest

from tapecheck.mocking.hooks import Hooks
from tapecheck.mocking.patching import Patching
from tapecheck.mocking.stage import Scene, Stage
from tests.unit.mocking.conftest import running


@pytest.fixture
def scene(shop: ModuleType) -> Scene:
    return Scene(test=running(lambda: None))


@pytest.fixture
def stage(scene: Scene) -> Iterator[Stage]:
    stage, hooks = Stage(scene=scene), Hooks()
    Patching(stage).take_in(mock, hooks)
    yield stage
    hooks.take_back()


def test_a_patch_says_what_it_replaces_and_by_what(stage: Stage, scene: Scene, shop: ModuleType) -> None:
    original = shop.send
    with patch("shop.send", autospec=True) as send:
        [patched] = scene.patched
        assert (patched.target, patched.attribute) == ("shop.send", "send")
        assert patched.original is original
        assert patched.new is send
        assert patched.mock is send.mock
        assert patched.by.place is not None
        assert patched.by.place.path == __file__
        assert [one.thing for one in stage.standing] == [patched.patcher]
    assert stage.standing == []
    assert shop.send is original


def test_a_patch_of_a_class_and_of_an_instance_is_named_by_the_class(
    stage: Stage, scene: Scene, shop: ModuleType
) -> None:
    with patch.object(shop.Settings, "doubled", autospec=True), patch.object(shop.SETTINGS, "limit", 4):
        pass
    assert [one.target for one in scene.patched] == ["shop.Settings.doubled", "shop.Settings.limit"]
    assert [one.mock is None for one in scene.patched] == [False, True]


def test_each_name_of_a_multiple_patch_is_one(stage: Stage, scene: Scene, shop: ModuleType) -> None:
    new = Mock()
    with patch.multiple("shop", send=mock.DEFAULT, fetch=new, LIMIT=4) as made:
        pass
    assert {one.attribute: one.new for one in scene.patched} == {"send": made["send"], "fetch": new, "LIMIT": 4}


def test_a_patch_that_fails_is_none(stage: Stage, scene: Scene, shop: ModuleType) -> None:
    with pytest.raises(AttributeError), patch("shop.nothing_there"):
        pass
    assert scene.patched == []
    assert stage.standing == []


def test_a_patch_that_is_entered_twice_has_to_be_left_twice(stage: Stage, shop: ModuleType) -> None:
    one, other = patch("shop.LIMIT", 4), patch("shop.LIMIT", 5)
    with one, other:
        assert len(stage.standing) == 2
        with patch.object(shop, "send", autospec=True):
            assert len(stage.standing) == 3
        assert [standing.thing for standing in stage.standing] == [one, other]
    assert stage.standing == []


def test_who_was_asked_not_to_have_been_called_is_noted(stage: Stage, scene: Scene, shop: ModuleType) -> None:
    plain, function, awaited = Mock(), create_autospec(shop.send), AsyncMock()
    plain.child.assert_not_called()
    function.assert_not_called()
    awaited.assert_not_awaited()
    assert scene.asked == [plain.child, function.mock, awaited]


def test_who_was_called_before_a_reset_is_noted(stage: Stage, scene: Scene, shop: ModuleType) -> None:
    used, unused, function = Mock(), Mock(), create_autospec(shop.send)
    used.child()
    function("a")
    used.reset_mock(return_value=True)
    unused.reset_mock()
    function.reset_mock()
    asked = list(map(id, scene.asked))
    assert [id(one) in asked for one in (used, unused, function.mock)] == [True, False, True]
    assert (used.child.call_count, function.call_count) == (0, 0)


def test_without_a_test_nothing_is_seen_but_what_is_in_place(stage: Stage, scene: Scene, shop: ModuleType) -> None:
    stage.scene = None
    with patch("shop.LIMIT", 4):
        Mock().assert_not_called()
        assert [one.scene for one in stage.standing] == [None]
    assert (scene.patched, scene.asked) == ([], [])
