from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.cassettes.indenting import indented

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
SPACE = re.compile(r'\s+(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)')


@given(VALUES, st.booleans())
def test_it_looks_as_json_dumps_makes_it(value: object, ascii_only: bool) -> None:
    assert indented(json.dumps(value, ensure_ascii=ascii_only)) == json.dumps(value, indent=2, ensure_ascii=ascii_only)


@given(VALUES)
def test_doing_it_twice_changes_nothing(value: object) -> None:
    once = indented(json.dumps(value))
    assert once is not None
    assert indented(once) == once


def test_only_white_space_changes() -> None:
    text = ' {"a" :1.0,\r\n"a":[ 1e400 ,\t-0,{ } ,[ ]],"\\u00e9 , ":" x : \\" y" }\n\n'
    assert indented(text) == (
        '{\n  "a": 1.0,\n  "a": [\n    1e400,\n    -0,\n    {},\n    []\n  ],\n  "\\u00e9 , ": " x : \\" y"\n}'
    )


def test_huge_numbers_are_no_obstacle() -> None:
    assert indented(f"[{'1' * 10_000}]") == f"[\n  {'1' * 10_000}\n]"


@pytest.mark.parametrize("text", ["", "{", "[1,]", "data: x", "{a: 1}", "[1] [2]", "[" * 100_000])
def test_what_is_no_json_is_left_to_others(text: str) -> None:
    assert indented(text) is None


def test_what_is_too_deep_to_be_shown_is_left_as_it_is() -> None:
    assert indented("[" * 64 + "]" * 64) is not None
    assert indented("[" * 65 + "]" * 65) is None
