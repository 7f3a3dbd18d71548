from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.cassettes.scalars import literal, printable_json, quoted, scalar

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
YAMLISH = st.text("ab01 \t\n:#-?&*!|>'\"%@`{}[],~=<.\u2028\x85\ufeff\x7f\r/é😀")
LOADERS = pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])


def load(text: str, loader: type[yaml.SafeLoader]) -> object:
    return yaml.load(text, Loader=loader)


@LOADERS
@given(text=TEXT | YAMLISH)
def test_a_scalar_comes_back_from_every_parser(loader: type[yaml.SafeLoader], text: str) -> None:
    line = scalar(text)
    assert "\n" not in line
    assert load(f"- {line}\n- x", loader) == [text, "x"]
    assert load(f"{line}: y", loader) == {text: "y"}


@LOADERS
@given(text=TEXT | YAMLISH)
def test_a_literal_block_comes_back_from_every_parser(loader: type[yaml.SafeLoader], text: str) -> None:
    block = literal(text, "  ")
    if block is not None:
        assert load(f"- {block}\n- x", loader) == [text, "x"]
        assert load(f"a: {block}\n", loader) == {"a": text}


@pytest.mark.parametrize(
    "text", ["yes", "No", "null", "NULL", "on", "1", "1.5", "2024-01-01", "~", "", "a: b", "a #b", "- a", "a:"]
)
def test_what_yaml_would_take_for_something_else_is_quoted(text: str) -> None:
    assert scalar(text) == f'"{text}"'


@pytest.mark.parametrize("text", ["POST", "https://host/a?b=c#d", "application/json; charset=utf-8", "a:b"])
def test_plain_text_stays_plain(text: str) -> None:
    assert scalar(text) == text


def test_a_lone_surrogate_is_replaced() -> None:
    assert load(quoted("a\ud800b\ud83d\ude00"), yaml.SafeLoader) == "a\ufffdb😀"


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("a", "|-\n  a"),
        ("a\n", "|\n  a"),
        ("a\n\n", "|+\n  a\n"),
        ("a\n\n\n", "|+\n  a\n\n"),
        ("\na\n b\n\tc\n", "|\n\n  a\n   b\n  \tc"),
        ("a\n\nb", "|-\n  a\n\n  b"),
    ],
)
def test_a_literal_block_shows_the_text_line_by_line(text: str, block: str) -> None:
    assert literal(text, "  ") == block


@pytest.mark.parametrize(
    "text",
    ["", "\n", "\n\n", " a", "\ta", "\n a", "a \nb", "a\t", "a\n \nb", "a\rb", "a\x00", "a\u2028", "\x85", "\ufeffa"],
)
def test_what_a_literal_block_cannot_hold_is_refused(text: str) -> None:
    assert literal(text, "  ") is None


def test_json_is_made_printable_by_its_own_escapes() -> None:
    assert printable_json('{"a": "\u2028\x7f\ufeff é😀"}') == '{"a": "\\u2028\x7f\\ufeff é😀"}'.replace(
        "\x7f", "\\u007f"
    )
