from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from backend.shared.merging import MOST_CONFLICTS, Merged, is_same, merge

SCALARS: st.SearchStrategy[JsonValue] = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 1.5, "", "a"])
)
NAMES = st.sampled_from(["", "a", "b", "a/b", "m~n", "größe"])
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)
LACKING = object()


def at(value: JsonValue, pointer: str) -> object:
    """What a JSON pointer leads to."""
    found: object = value
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name, LACKING) if isinstance(found, dict) else LACKING
    return found


def same(one: object, other: object) -> bool:
    return is_same(one, other) if LACKING not in (one, other) else one is other  # type: ignore[arg-type]


@given(VALUES, VALUES)
def test_who_changed_nothing_takes_what_the_other_made(base: JsonValue, changed: JsonValue) -> None:
    for merged in (merge(base, base, changed), merge(base, changed, base)):
        assert is_same(merged.value, changed)
        assert merged.conflicts == ()


@given(VALUES, VALUES)
def test_equal_changes_are_no_conflict(base: JsonValue, changed: JsonValue) -> None:
    merged = merge(base, changed, changed)
    assert is_same(merged.value, changed)
    assert merged.conflicts == ()


@given(VALUES, VALUES, VALUES)
def test_it_does_not_matter_who_came_first(base: JsonValue, one: JsonValue, other: JsonValue) -> None:
    forth, back = merge(base, one, other), merge(base, other, one)
    assert set(forth.conflicts) == set(back.conflicts)
    if not forth.conflicts:
        assert is_same(forth.value, back.value)


@given(VALUES, VALUES, VALUES)
def test_where_there_is_a_conflict_all_three_differ(base: JsonValue, one: JsonValue, other: JsonValue) -> None:
    for pointer in merge(base, one, other).conflicts:
        sides = [at(side, pointer) for side in (base, one, other)]
        assert not any(same(*pair) for pair in ((sides[0], sides[1]), (sides[0], sides[2]), (sides[1], sides[2])))


@given(VALUES, VALUES, VALUES)
def test_where_there_is_a_conflict_it_is_as_it_was(base: JsonValue, theirs: JsonValue, mine: JsonValue) -> None:
    merged = merge(base, theirs, mine)
    for pointer in merged.conflicts:
        assert same(at(merged.value, pointer), at(theirs, pointer))


@given(OBJECTS, OBJECTS, st.sets(NAMES))
def test_changes_of_different_members_are_both_made(
    base: dict[str, JsonValue], changed: dict[str, JsonValue], first: set[str]
) -> None:
    """One side changes the members in `first` to what they are in `changed`, the other side all others."""

    def changing(names: set[str]) -> dict[str, JsonValue]:
        kept = {name: value for name, value in base.items() if name not in names}
        return kept | {name: value for name, value in changed.items() if name in names}

    others = (base.keys() | changed.keys()) - first
    merged = merge(base, changing(first), changing(others))
    assert is_same(merged.value, changed)
    assert merged.conflicts == ()


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "value", "conflicts"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 2}, ("/a",)),
        ({"a": 1}, {"a": None}, {"a": 1, "b": 1}, {"a": None, "b": 1}, ()),
        ({"a": 1}, {"a": None}, {}, {"a": None}, ("/a",)),
        ({"a": 1}, {}, {"a": 1, "b": None}, {"b": None}, ()),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [0, 1]}, {"a": [1, 2]}, ("/a",)),
        ({"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, {"a": {}}, {"a": {"y": 2}}, ()),
        ({"a": {"x": 1}}, {}, {"a": {"x": 2}}, {}, ("/a",)),
        ({}, {"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}, ()),
        (1, {"x": 1}, {"y": 2}, {"x": 1, "y": 2}, ()),
        (1, 2, 3, 2, ("",)),
        ({"a": 1}, {"a": True}, {"a": 1}, {"a": True}, ()),
        ({"a": 0}, {"a": False}, {"a": None}, {"a": False}, ("/a",)),
        ({"a/b": {"m~n": 0}}, {"a/b": {"m~n": 1}}, {"a/b": {"m~n": 2}}, {"a/b": {"m~n": 1}}, ("/a~1b/m~0n",)),
    ],
)
def test_what_comes_of_it(
    base: JsonValue, theirs: JsonValue, mine: JsonValue, value: JsonValue, conflicts: tuple[str, ...]
) -> None:
    assert repr(merge(base, theirs, mine)) == repr(Merged(value=value, conflicts=conflicts))


def test_conflicts_are_counted_out_at_some_point() -> None:
    names = [str(number) for number in range(MOST_CONFLICTS + 1)]
    merged = merge({}, dict.fromkeys(names, 1), dict.fromkeys(names, 2))
    assert merged.conflicts == tuple(f"/{name}" for name in names[:MOST_CONFLICTS])


def test_conflicts_below_a_long_name_do_not_repeat_it_for_ever() -> None:
    name, members = "x" * 40_000, [str(number) for number in range(50)]
    merged = merge({}, {name: dict.fromkeys(members, 1)}, {name: dict.fromkeys(members, 2)})
    assert merged.conflicts == (f"/{name}/0", f"/{name}/1")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True),
        (1, True, False),
        ([0], [False], False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [1], False),
        ({}, [], False),
        ("1", 1, False),
    ],
)
def test_what_is_the_same_json(one: JsonValue, other: JsonValue, expected: bool) -> None:
    assert is_same(one, other) is expected
    assert is_same(other, one) is expected
