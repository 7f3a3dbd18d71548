from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tapecheck.checking.secrets.json_strings import quoted, strings, unquoted
from tapecheck.model import JSONValue, resolve

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_each_string_is_found_with_its_path(value: JSONValue, indent: int | None, ascii_: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    for string in strings(text):
        literal = unquoted(text[string.start : string.end])
        if string.is_name:
            assert string.path[-1] == literal
        else:
            assert resolve(value, string.path) == literal


def test_names_and_values_are_told_apart() -> None:
    found = [(string.path, string.is_name) for string in strings('{"a": [1, "b", {"c": "d"}], "e": "f"}')]
    assert found == [
        (("a",), True), (("a", 1), False), (("a", 2, "c"), True), (("a", 2, "c"), False),
        (("e",), True), (("e",), False),
    ]  # fmt: skip


def test_a_string_is_quoted_as_the_one_before() -> None:
    assert quoted("ä", '"a"') == '"\\u00e4"'
    assert quoted("ä", '"ö"') == '"ä"'
