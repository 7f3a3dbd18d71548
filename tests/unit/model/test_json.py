from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.model import JSONValue, find, line_of, lines_of, parse_pointer, pointer, resolve, tokens

KEYS = st.text(max_size=4) | st.sampled_from(["", "~", "/", "~1", "~0", '"', "\\", "{", "]", ",", ":", "\n", "0", "*"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS
VALUES: st.SearchStrategy[JSONValue] = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4), max_leaves=20
)
DOCUMENT: JSONValue = {"a": [1, {"b": None}], "*": "star", "": {"0": True}, "list": []}


def places(value: JSONValue) -> Iterator[tuple[str | int, ...]]:
    """Every path that leads somewhere, containers before what they hold."""
    yield ()
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield from ((step, *place) for place in places(below))


def rows(value: JSONValue) -> int:
    """How many lines `json.dumps` with an indent takes for a value."""
    return len(json.dumps(value, indent=2).split("\n"))


def slow_line(value: JSONValue, place: tuple[str | int, ...]) -> int:
    """The line by counting what is printed above: an opening bracket, then all that comes before."""
    if not place:
        return 0
    before = 1
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        if step == place[0]:
            return before + slow_line(below, place[1:])
        before += rows(below)
    raise AssertionError("the place is in the value")


@given(st.lists(KEYS | st.integers(min_value=0)))
def test_a_pointer_reads_back(parts: list[str | int]) -> None:
    assert parse_pointer(pointer(parts)) == tuple(map(str, parts))


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", ()), ("/", ("",)), ("/a//0", ("a", "", "0")), ("/a~1b/m~0n/~01", ("a/b", "m~n", "~1")), ("/ /é", (" ", "é"))],
)
def test_pointers_are_those_of_rfc_6901(text: str, parts: tuple[str, ...]) -> None:
    assert parse_pointer(text) == parts
    assert pointer(parts) == text


@pytest.mark.parametrize("text", ["a", "a/b", "#/a", " /a", "/a~", "/a~2", "/~/b"])
def test_what_is_no_pointer(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON pointer .*got '"):
        parse_pointer(text)


@given(VALUES)
def test_every_place_resolves_and_is_found(value: JSONValue) -> None:
    for place in places(value):
        written = parse_pointer(pointer(place))
        assert resolve(value, place) is resolve(value, written)
        if "*" not in written:
            assert list(find(value, written)) == [(place, resolve(value, place))]


@pytest.mark.parametrize("place", [("b",), ("a", 2), ("a", "x"), ("a", "-1"), ("a", 0, "b"), ("list", 0)])
def test_places_that_lead_nowhere(place: tuple[str | int, ...]) -> None:
    with pytest.raises(LookupError):
        resolve(DOCUMENT, place)
    assert list(find(DOCUMENT, [str(part) for part in place])) == []


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("a", "*"), [(("a", 0), 1), (("a", 1), {"b": None})]),
        (("a", "*", "b"), [(("a", 1, "b"), None)]),
        (("*", "0"), [(("a", 0), 1), (("", "0"), True)]),
        (("list", "*"), []),
        (("a", "0", "*"), []),
        (("absent",), []),
    ],
)
def test_a_star_stands_for_every_index_and_key(parts: tuple[str, ...], found: list[object]) -> None:
    assert list(find(DOCUMENT, parts)) == found


@given(VALUES, st.data())
def test_lines_are_those_of_a_slow_count(value: JSONValue, data: st.DataObject) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=data.draw(st.booleans()))
    for place in places(value):
        assert line_of(text, place) == slow_line(value, place)


@given(VALUES, st.lists(KEYS | st.integers(0, 5), max_size=3))
def test_a_place_that_is_not_there_has_the_line_of_what_is_above_it(value: JSONValue, beyond: list[str | int]) -> None:
    text = json.dumps(value, indent=2)
    for place in places(value):
        wanted = (*place, "a key that no value has", *beyond)
        assert line_of(text, wanted) == slow_line(value, place)


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("", ("a",), 0),
        ("{", ("a",), 0),
        ('\n\n{"a":\n1}', ("a",), 2),
        ('{"a": 1,\n"b\n', ("b",), 0),
        ('{"a\\q": 1,\n"\\u0062": [\n2]}', ("b", 0), 2),
        ('{"a\\q":\n{\n"c": 1}}', ("a\\q", "c"), 2),
        ("]},:\n[1,\n2]", (1,), 2),
        ('{"a": 1,\n"a": 2}', ("a",), 0),
    ],
    ids=["empty", "cut", "on the key", "open string", "escapes", "bad escape", "junk before", "twice"],
)
def test_any_text_has_lines(text: str, place: tuple[str | int, ...], line: int) -> None:
    assert line_of(text, place) == line


@given(st.text(alphabet='{}[]",:\\a1\n '), st.lists(KEYS, max_size=3))
def test_no_text_makes_it_fail(text: str, place: list[str]) -> None:
    assert 0 <= line_of(text, place) <= text.count("\n")


@given(VALUES)
def test_the_lines_of_several_places_are_those_of_each(value: JSONValue) -> None:
    text = json.dumps(value, indent=2)
    wanted = [*places(value), ("a key that no value has",), ()]
    assert lines_of(text, reversed(wanted)) == [line_of(text, place) for place in reversed(wanted)]
    assert lines_of(text, []) == []


@given(VALUES, st.booleans())
def test_tokens_are_all_that_is_no_white_space(value: JSONValue, ascii_only: bool) -> None:
    found = [token.group() for token in tokens(json.dumps(value, indent=2, ensure_ascii=ascii_only))]
    assert "".join(found) == json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)


@pytest.mark.parametrize("characters", ["a", "\\n", "a\\n"])
def test_a_long_string_takes_no_memory_for_each_character(characters: str) -> None:
    text = f'"{characters * 100_000}"'
    tracemalloc.start()
    ends = [token.end() for token in tokens(text)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ends == [len(text)]
    assert peak < 100_000
