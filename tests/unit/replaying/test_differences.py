from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.model import JSONValue, find, parse_pointer, resolve
from tapecheck.replaying.differences import Absent, Difference, differences

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
NAMES = st.text(max_size=3).filter(lambda name: name != "*")  # which stands for any name in what is ignored
VALUES: st.SearchStrategy[JSONValue] = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=4)
)
HOLDERS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4) | st.lists(VALUES, min_size=1, max_size=4)


def reordered(value: JSONValue) -> JSONValue:
    if isinstance(value, dict):
        return {name: reordered(below) for name, below in reversed(value.items())}
    return [reordered(below) for below in value] if isinstance(value, list) else value


def leaves(value: JSONValue, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for step, inner in below for leaf in leaves(inner, (*path, step))]
    return found or [path]


def changed(value: JSONValue, path: tuple[str | int, ...], new: JSONValue) -> JSONValue:
    if not path:
        return new
    copy: JSONValue = json.loads(json.dumps(value))
    holder = resolve(copy, path[:-1])
    if isinstance(holder, dict):
        holder[str(path[-1])] = new
    elif isinstance(holder, list):
        holder[int(path[-1])] = new
    return copy


@given(VALUES)
def test_the_order_of_names_is_no_difference(value: JSONValue) -> None:
    assert not list(differences(value, reordered(value)))


@given(VALUES, VALUES)
def test_what_differs_one_way_differs_the_other(one: JSONValue, other: JSONValue) -> None:
    there, back = list(differences(one, other)), list(differences(other, one))
    turned = [Difference(place=each.place, on_tape=each.sent, sent=each.on_tape) for each in back]
    assert sorted(map(repr, there)) == sorted(map(repr, turned))


@given(HOLDERS, st.data())
def test_a_changed_leaf_is_found_where_it_stands(value: JSONValue, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(leaves(value)))
    [found] = differences(value, changed(value, path, "something that nobody draws"))
    assert [where for where, _ in find(value, parse_pointer(found.place))] == [path]
    assert found.sent == "something that nobody draws"


@given(HOLDERS, st.data())
def test_what_is_ignored_hides_just_that(value: JSONValue, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(leaves(value)))
    other = data.draw(st.sampled_from(leaves(value)))
    ignored = tuple(map(str, path))
    once = changed(value, path, "something that nobody draws")
    assert not list(differences(value, once, [ignored]))
    twice = changed(once, other, "something else that nobody draws")
    assert bool(list(differences(value, twice, [ignored]))) is (other != path)


@pytest.mark.parametrize(
    ("on_tape", "sent", "places"),
    [
        (1, 1.0, []),
        (1, True, [""]),
        (0, False, [""]),
        (None, False, [""]),
        ({"a": 1}, {}, ["/a"]),
        ({}, {"a": None}, ["/a"]),
        ([1, 2], [1], ["/1"]),
        ([], {}, [""]),
        ({"a/b": [{"~": 1}]}, {"a/b": [{"~": 2}]}, ["/a~1b/0/~0"]),
        ({"a": {"b": 1}}, {"a": 1}, ["/a"]),
    ],
)
def test_what_differs(on_tape: JSONValue, sent: JSONValue, places: list[str]) -> None:
    assert [one.place for one in differences(on_tape, sent)] == places


def test_what_is_not_there() -> None:
    [found] = differences({"a": None}, {})
    assert found.on_tape is None
    assert found.sent is Absent.ABSENT


@pytest.mark.parametrize(
    ("ignored", "places"),
    [
        (["/messages"], []),
        (["/messages/*/id"], ["/messages/0/text"]),
        (["/messages/0/text"], ["/messages/0/id"]),
        (["/messages/1/text"], ["/messages/0/id", "/messages/0/text"]),
        (["/*/*/id", "/*/0/text"], []),
        (["/id"], ["/messages/0/id", "/messages/0/text"]),
    ],
)
def test_a_star_is_any_name_or_index(ignored: list[str], places: list[str]) -> None:
    on_tape: JSONValue = {"messages": [{"id": 1, "text": "a"}, {"id": 2, "text": "b"}]}
    sent: JSONValue = {"messages": [{"id": 3, "text": "c"}, {"id": 2, "text": "b"}]}
    assert [one.place for one in differences(on_tape, sent, [parse_pointer(path) for path in ignored])] == places
