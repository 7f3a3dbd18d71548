from __future__ import annotations

from functools import cached_property, lru_cache, partial, wraps
from unittest.mock import DEFAULT, AsyncMock, MagicMock, Mock, PropertyMock, create_autospec, seal

import pytest

from tapecheck.mocking import mocks
from tapecheck.mocking.mocks import (
    children,
    class_of,
    code_of,
    definition_of,
    has_spec,
    holds_values,
    ids_below,
    is_bare,
    is_builtin,
    mock_of,
    returned,
    runs,
    side_effect,
)


class Shop:
    """Something to mock."""

    def send(self, text: str) -> str:
        return text

    @classmethod
    def make(cls) -> Shop:
        return cls()

    @staticmethod
    def wait() -> None:
        """Do nothing."""

    @property
    def name(self) -> str:
        return "shop"

    @cached_property
    def size(self) -> int:
        return 3


def send(text: str) -> str:
    return text


@wraps(send)
def wrapped(text: str) -> str:
    return send(text)


def test_mocks_are_known_and_so_is_the_one_in_an_autospecced_function() -> None:
    mock = Mock(spec=Shop)
    function = create_autospec(send)
    assert mock_of(mock) is mock
    assert mock_of(function) is function.mock
    for other in (send, Shop, Shop(), None, 3):
        assert mock_of(other) is None


@pytest.mark.parametrize("kind", [Mock, MagicMock, AsyncMock, PropertyMock])
def test_the_class_that_somebody_wrote(kind: type[Mock]) -> None:
    assert class_of(kind()) is kind


def test_children_and_what_is_returned() -> None:
    mock = Mock()
    mock.api.post.return_value.status = 3
    assert dict(children(mock)) == {"api": mock.api}
    assert [name for name, _ in children(mock.api.post)] == ["()"]
    assert ids_below(mock) == {id(mock.api), id(mock.api.post), id(mock.api.post.return_value)}


def test_a_mock_that_returns_itself_is_not_below_itself() -> None:
    mock = Mock()
    mock.return_value = mock
    assert ids_below(mock) == frozenset()


def test_a_circle_of_mocks_is_gone_around_once() -> None:
    one, other = Mock(), Mock()
    one.return_value, other.return_value = other, one
    assert ids_below(one) == {id(one), id(other)}


@pytest.mark.parametrize(
    ("mock", "known"),
    [
        (Mock(), False),
        (MagicMock(return_value=1), False),
        (Mock(spec=Shop), True),
        (Mock(spec_set=["send"]), True),
        (Mock(wraps=send), True),
        (create_autospec(Shop), True),
    ],
)
def test_a_spec(mock: Mock, known: bool) -> None:
    assert has_spec(mock) is known


def test_a_sealed_mock_answers_nothing_more() -> None:
    mock = Mock()
    seal(mock)
    assert has_spec(mock)


def test_a_mock_is_bare_until_it_is_configured() -> None:
    assert is_bare(Mock())
    assert is_bare(AsyncMock())
    for configured in (
        Mock(return_value=None),
        Mock(side_effect=ValueError),
        Mock(name="m", size=3),
        Mock(**{"a.b": 1}),
    ):
        assert not is_bare(configured)


def test_values_that_a_mock_holds() -> None:
    for holding in (Mock(size=3), Mock(**{"a.b": 1}), Mock(attribute=Mock(size=3))):
        assert holds_values(holding)
    for holding_none in (Mock(), create_autospec(Shop), Mock(return_value=Mock(size=3)), Mock(attribute=Mock())):
        assert not holds_values(holding_none)
    with_a_property = MagicMock()
    type(with_a_property).size = PropertyMock()
    assert holds_values(with_a_property)
    circle = Mock()
    circle.first.second = circle
    assert not holds_values(circle)


def test_what_is_returned_and_done() -> None:
    assert returned(Mock()) is DEFAULT
    assert returned(Mock(return_value=3)) == 3
    function = create_autospec(send)
    function.return_value = 4
    function.side_effect = send
    assert returned(function.mock) == 4
    assert side_effect(function.mock) is send
    assert side_effect(Mock()) is None


def test_looking_at_a_mock_does_not_change_it() -> None:
    mock = MagicMock()
    before = dict(vars(mock))
    for look in (mock_of, class_of, ids_below, has_spec, holds_values, is_bare, returned, side_effect):
        look(mock)
    runs(mock, mock)
    assert vars(mock) == before
    assert mock.mock_calls == []


def test_the_function_within() -> None:
    inside = vars(Shop)
    for name in ("send", "make", "wait"):
        assert code_of(getattr(Shop(), name)) is code_of(inside[name])
    assert code_of(inside["name"]) is inside["name"].fget
    assert code_of(inside["size"]) is inside["size"].func
    assert code_of(partial(partial(send), "a")) is send
    for plain in (send, Shop, 3):
        assert code_of(plain) is plain


@pytest.mark.parametrize(
    ("value", "is_so"), [(len, True), (str.join, True), (object.__init__, True), (send, False), (Shop, False)]
)
def test_what_is_written_in_c(value: object, is_so: bool) -> None:
    assert is_builtin(value) is is_so


def test_the_function_or_the_class_that_something_is() -> None:
    assert definition_of(Shop().send) is Shop.send
    assert definition_of(lru_cache(send)) is send
    assert definition_of(Shop) is Shop
    assert definition_of(Shop()) is Shop
    assert definition_of(3) is int


def test_a_spy_runs_what_it_replaces() -> None:
    autospecced = create_autospec(send, side_effect=wrapped)
    for spy in (Mock(wraps=send), Mock(side_effect=send), Mock(side_effect=wrapped), wrapped, autospecced):
        assert runs(send, spy)
    for other in (Mock(), Mock(side_effect=ValueError), len, None):
        assert not runs(send, other)


def test_unittest_mock_is_the_one_that_is_imported() -> None:
    assert mocks.module().Mock is Mock
