from __future__ import annotations

import pytest

from tapecheck.checking.threads import bind, describe, items, key_of
from tapecheck.model import JSONValue, parse_pointer


def test_a_key_tells_types_apart() -> None:
    keys = {key_of({"index": value}, [("index",)]) for value in (1, 1.0, "1", True, None)}
    assert len(keys) == 5


def test_a_key_of_which_a_part_is_missing_is_none() -> None:
    assert key_of({"index": 1}, [("index",), ("part",)]) is None
    assert key_of({"index": 1, "part": 2}, [("index",), ("part",)]) == ("1", "2")
    assert key_of({}, []) == ()


@pytest.mark.parametrize(
    ("value", "each", "paths"),
    [
        ({"a": [1, 2]}, "/a/*", [("a", 0), ("a", 1)]),
        ({"a": [[1], [2, 3]]}, "/a/*/*", [("a", 0, 0), ("a", 1, 0), ("a", 1, 1)]),
        ({"a": 1}, "", [()]),
        ({"a": 1}, "/b/*", []),
    ],
)
def test_items_are_all_that_a_pointer_leads_to(value: JSONValue, each: str, paths: list[tuple[str | int, ...]]) -> None:
    assert list(items(value, parse_pointer(each))) == paths


def test_each_star_takes_the_index_of_its_item() -> None:
    each, path = ("choices", "*", "calls", "*"), ("choices", 1, "calls", 2)
    assert bind(("choices", "*", "calls", "*", "id"), each, path) == ("choices", "1", "calls", "2", "id")
    assert bind(("choices", "*", "index"), each, path) == ("choices", "1", "index")
    assert bind(("rows", "*", "cells", "*", "marks", "*"), each, path) == ("rows", "1", "cells", "2", "marks", "*")


def test_a_key_is_described_by_the_names_of_its_fields() -> None:
    assert describe([("a", "index"), ()], ("0", "'x'")) == " (index 0, value 'x')"
    assert describe([], ()) == ""
