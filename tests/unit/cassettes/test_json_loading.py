from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.cassettes import Limits, json_loading
from tapecheck.cassettes.json_text import json_text
from tapecheck.errors import CassetteError

if TYPE_CHECKING:
    import yaml

PATH = Path("tape.json")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def compose(text: str | bytes, limits: Limits = Limits()) -> yaml.Node:  # noqa: B008
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return json_loading.compose(data, PATH, limits)


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_the_nodes_hold_what_the_text_says(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert json.loads(json_text(compose(text))) == value


def test_numbers_stay_as_they_are_written() -> None:
    text = "[1,1.0,1e5,-0,0.10,123456789012345678901234567890,1E+2]"
    assert json_text(compose(text)) == text


def test_nodes_know_their_lines() -> None:
    root = compose('\ufeff\n{\n "a": [\n  1,\r\n  "two"\n ]\n}\n')
    (key, value), *_ = root.value
    assert (root.start_mark.line, key.start_mark.line) == (1, 2)
    assert [node.start_mark.line for node in value.value] == [3, 4]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a":\n', 2),
        ('{"a"\n1}', 2),
        ("{\n1: 2}", 2),
        ("[1\n2]", 2),
        ('["open\n', 1),
        ('["bad \\x"]', 1),
        ("[\n01]", 2),
        ("[NaN]", 1),
        ("[1] x", 1),
        ("[1,]", 1),
        ("[", 1),
        ("{", 1),
    ],
)
def test_broken_json_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(CassetteError, match="no valid JSON") as caught:
        compose(text)
    assert caught.value.line == line


def test_bytes_that_are_no_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(CassetteError, match="expected JSON text in UTF-8") as caught:
        compose(b'{\n"\xff"}')
    assert caught.value.line == 2


def test_excessive_nesting_is_refused() -> None:
    compose("[" * 129 + "]" * 129)
    with pytest.raises(CassetteError, match="nested deeper than 128"):
        compose("[" * 100_000)


def test_too_many_values_are_refused() -> None:
    with pytest.raises(CassetteError, match="more than 3 values"):
        compose("[1,2,3]", Limits(nodes=3))
