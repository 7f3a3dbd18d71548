from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.cassettes.fields import Field
from tapecheck.cassettes.json_text import json_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_pyyaml_dumps_comes_back(value: object) -> None:
    node = yaml.compose(yaml.safe_dump(value), Loader=yaml.CSafeLoader)
    assert node is not None
    assert json.loads(json_text(node)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1, b: [x, null, ~, yes, Off]}", '{"a":1,"b":["x",null,null,true,false]}'),
        ("{a: 1, a: 2}", '{"a":2}'),
        ("[1.0, 1.50, 1.0e+20, -0]", "[1.0,1.50,1.0e+20,-0]"),
        ("[+1, 1., .5, -0.5, +1.e+3]", "[1,1.0,0.5,-0.5,1.0e+3]"),
        ("[12:30:45, 1_000, 0x1F, 2026-01-01, 1e3, 007]", '["12:30:45","1_000","0x1F","2026-01-01","1e3","007"]'),
        ('["é\\n", "\\u2028"]', '["é\\n","\u2028"]'),
        ("[.inf]", '[".inf"]'),
        ("[]", "[]"),
        ("{}", "{}"),
    ],
)
def test_yaml_becomes_compact_json(field: Callable[..., Field], text: str, expected: str) -> None:
    assert json_text(field(text).node) == expected
