from __future__ import annotations

from types import ModuleType
from unittest import mock
from unittest.mock import AsyncMock, MagicMock, Mock, NonCallableMock, patch, seal

import pytest

from tapecheck.model import Code
from tests.unit.mocking.conftest import Session


@pytest.mark.parametrize(
    "new", [Mock(), MagicMock(return_value=1), AsyncMock(), NonCallableMock()], ids=lambda new: type(new).__name__
)
def test_a_mock_that_takes_anything_is_told_of(session: Session, shop: ModuleType, new: Mock) -> None:
    def test() -> None:
        with patch("shop.httpx.post", new):
            shop.httpx.post.reset_mock()

    [found] = [one for one in session.run(test) if one.code is Code.MOCK_WITHOUT_SPEC]
    assert found.message == f"httpx.post is patched with a {type(new).__mro__[1].__name__} without spec"
    assert "autospec=True" in (found.hint or "")


def test_the_line_is_that_of_the_patch(session: Session, shop: ModuleType) -> None:
    def test() -> None:
        with patch("shop.httpx.post") as post:
            post()

    [found] = session.run(test)
    assert found.line == test.__code__.co_firstlineno + 1
    assert found.cassette == __file__


def test_a_patch_that_is_made_many_times_is_told_of_once(session: Session, shop: ModuleType) -> None:
    def test() -> None:
        for _ in range(3):
            with patch("shop.httpx.post") as post:
                post()

    assert session.codes(test) == [Code.MOCK_WITHOUT_SPEC]


def test_each_name_of_a_multiple_patch_counts(session: Session, shop: ModuleType) -> None:
    def test() -> None:
        with patch.multiple("shop.httpx", post=Mock(), get=Mock(spec=shop.httpx.get)):
            shop.httpx.post()
            shop.httpx.get()

    assert session.codes(test) == [Code.MOCK_WITHOUT_SPEC]


class FakeClient(MagicMock):
    """A class of mocks that somebody wrote."""


@pytest.mark.parametrize(
    "patching",
    [
        "patch('shop.httpx.post', autospec=True)",
        "patch('shop.httpx.Client', spec=True)",
        "patch('shop.httpx.Client', spec_set=True)",
        "patch('shop.httpx.Client', spec=['post'])",
        "patch('shop.httpx.Client', Mock(spec=shop.httpx.Client))",
        "patch('shop.httpx.Client', Mock(spec=['post']))",
        "patch('shop.httpx.post', create_autospec(shop.httpx.post))",
        "patch('shop.httpx.post', wraps=shop.httpx.post)",
        "patch('shop.httpx.post', Mock(side_effect=shop.httpx.post))",
        "patch('shop.httpx.post', lambda: 1)",
        "patch('shop.httpx.post', new_callable=lambda: dict)",
        "patch('shop.httpx.Client', new_callable=FakeClient)",
        "patch('shop.httpx.Client.timeout', new_callable=PropertyMock)",
        "patch('shop.httpx.nothing_so_far', create=True)",
        "patch('builtins.open', mock_open(read_data='text'))",
        "patch('time.sleep')",
        "patch('os.getcwd', return_value='/')",
        "patch.dict('os.environ', {'SHOP_KEY': 'test-key'})",
    ],
)
def test_a_mock_that_knows_what_it_stands_for_is_right(session: Session, shop: ModuleType, patching: str) -> None:
    def test() -> None:
        with eval(patching, {**vars(mock), "FakeClient": FakeClient, "shop": shop}):
            pass

    assert Code.MOCK_WITHOUT_SPEC not in session.codes(test)


def test_a_sealed_mock_knows_what_it_stands_for(session: Session, shop: ModuleType) -> None:
    def test() -> None:
        with patch("shop.httpx.post") as post:
            post.return_value = 1
            seal(post)
            shop.httpx.post()

    assert session.codes(test) == []


def test_what_is_a_mock_already_cannot_be_held_to_a_spec(session: Session, shop: ModuleType) -> None:
    def test() -> None:
        with patch("shop.httpx.post", autospec=True), patch("shop.httpx.post") as post:
            post()

    assert session.codes(test, name="test[0]") == []


@pytest.mark.parametrize(
    "source",
    ["def use():\n    with patch('json.dumps'):\n        pass\n", "@patch('json.dumps')\ndef use(_): pass\n"],
    ids=["context", "decorator"],
)
def test_patches_of_libraries_are_their_own_affair(session: Session, shop: ModuleType, source: str) -> None:
    library: dict[str, object] = {"__name__": "library", "patch": patch}
    exec(compile(source, "/somewhere/site-packages/library/__init__.py", "exec"), library)

    def test() -> None:
        library["use"]()  # type: ignore[operator]

    assert session.codes(test) == []
