from __future__ import annotations

import pytest

from tapecheck.streams.order_syntax import parse


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"column 1: got the end, expected a name or '\('"),
        ("   ", r"column 4: got the end, expected a name or '\('"),
        ("|a", r"column 1: got '\|', expected a name or '\('"),
        ("a|", r"column 3: got the end, expected a name or '\('"),
        ("a||b", r"column 3: got '\|', expected a name or '\('"),
        ("*a", r"column 1: got '\*', expected a name or '\('"),
        ("a ()", r"column 4: got '\)', expected a name or '\('"),
        ("a b)", r"column 4: got '\)', expected a name or '\(', '\|' or the end"),
        ("a**", r"column 3: got '\*', expected a name or '\(', '\|' or the end"),
        ("a (b (c d)", r"column 11: got the end, expected a name or '\(', '\|' or the '\)' for the '\(' of column 3"),
        ("a (b??)", r"column 6: got '\?', expected .* the '\)' for the '\(' of column 3"),
        (
            "a, b",
            r"column 2: got ',', expected a name of A-Z, a-z, 0-9, '_', '\.' and '-', or one of \| \( \) \? \* \+",
        ),
        ("a  é", r"column 4: got 'é', expected a name of"),
        ("(" * 65 + "a" + ")" * 65, r"column 65: got '\(', expected at most 64 groups within each other"),
    ],
)
def test_what_is_no_expression_says_the_column_and_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        parse(text)


@pytest.mark.parametrize("text", ["a b", " a  b ", "a\n\tb", "(a)(b)", "(a b)", "((a) (b))"])
def test_space_and_groups_alone_change_nothing(text: str) -> None:
    assert parse(text) == parse("a b")


def test_names_are_as_long_as_they_can_be() -> None:
    assert parse("response.output_text.delta x-1 A_9").positions == ("", "response.output_text.delta", "x-1", "A_9")


def test_positions_are_linked() -> None:
    automaton = parse("a (b | c)* d?")
    assert automaton.positions == ("", "a", "b", "c", "d")
    assert [sorted(after) for after in automaton.follow] == [[1], [2, 3, 4], [2, 3, 4], [2, 3, 4], []]
    assert sorted(automaton.final) == [1, 2, 3, 4]


def test_groups_may_nest() -> None:
    assert parse("(" * 64 + "a" + ")" * 64) == parse("a")
