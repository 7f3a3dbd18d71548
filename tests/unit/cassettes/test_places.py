from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.cassettes.places import line_of, odd_breaks


@pytest.mark.parametrize(
    ("text", "places"),
    [("", ()), ("a\r\nb\n", ()), ("\ufeffé\u2028\x85\r\u2029", (1, 2, 3, 4)), ("a\rb", (1,))],
)
def test_line_ends_that_only_yaml_knows_are_found(text: str, places: tuple[int, ...]) -> None:
    assert odd_breaks(text.encode()) == places


def test_what_is_no_utf8_has_places_too() -> None:
    assert odd_breaks(b"\xff\ra") == (1,)


@given(st.text("a\n\r\u2028\u2029\x85 #", max_size=30))
def test_lines_are_those_of_an_editor(text: str) -> None:
    data = f"# {text}\n- x".replace("a", "# a").encode()
    try:
        node = yaml.compose(data, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return
    if isinstance(node, yaml.SequenceNode):
        assert line_of(node.value[-1].start_mark, odd_breaks(data)) == data.count(b"\n") + 1
