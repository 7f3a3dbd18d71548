from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.streams.order import Order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapecheck.streams.order import State

MESSAGES = Order.parse("message_start (block_start block_delta* block_stop)* message_delta message_stop done?")


def run(order: Order, names: Iterable[str]) -> State | None:
    state: State | None = order.start
    for name in names:
        state = None if state is None else order.step(state, name)
    return state


def accepted(order: Order, names: Iterable[str]) -> bool:
    state = run(order, names)
    return state is not None and order.accepts(state)


def test_names_are_all_names_of_the_expression() -> None:
    assert Order.parse("a (b|a)* c-1").names == {"a", "b", "c-1"}


@pytest.mark.parametrize(
    ("sequence", "fits"),
    [
        ("message_start message_delta message_stop", True),
        (
            "message_start block_start block_stop block_start block_delta block_stop message_delta message_stop",
            True,
        ),
        ("message_start message_delta message_stop done", True),
        ("message_start message_delta", False),
        ("message_start block_start message_delta message_stop", False),
        ("message_delta message_stop", False),
        ("message_start message_delta message_stop done done", False),
        ("", False),
    ],
)
def test_sequences_are_held_against_the_order(sequence: str, fits: bool) -> None:
    assert accepted(MESSAGES, sequence.split()) is fits


def test_expected_names_come_in_the_order_of_the_text() -> None:
    order = Order.parse("z (c | a b | a c)* y?")
    assert order.expected(order.start) == ("z",)
    assert order.expected(order.resume("z")) == ("c", "a", "y")
    assert order.expected(order.resume("a")) == ("b", "c")
    assert order.expected(order.resume("y")) == ()
    assert Order.parse("a b c d e f g | h").expected(frozenset((0,))) == ("a", "h")


def test_a_name_that_may_not_come_leads_nowhere() -> None:
    assert MESSAGES.step(MESSAGES.start, "block_stop") is None
    assert MESSAGES.step(MESSAGES.start, "unknown") is None


def test_reading_goes_on_after_a_name_wherever_it_may_stand() -> None:
    order = Order.parse("a b c | a d a e")
    assert order.expected(order.resume("a")) == ("b", "d", "e")


@pytest.mark.parametrize("name", ["x", ""])
def test_reading_cannot_go_on_after_a_name_that_is_not_there(name: str) -> None:
    with pytest.raises(ValueError, match=f"^got '{name}', expected one of a, b$"):
        Order.parse("b a").resume(name)


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("a b c", "a b c"),
        ("a? b* c", "c"),
        ("a+ (b c)+", "a b c"),
        ("a b c | d e", "d e"),
        ("b | a", "b"),
        ("(a b | c) (d | e f)", "c d"),
        ("a*", ""),
    ],
)
def test_the_shortest_sequence(text: str, shortest: str) -> None:
    assert Order.parse(text).shortest() == tuple(shortest.split())


def test_the_completion_of_a_sequence() -> None:
    assert MESSAGES.completion(MESSAGES.resume("block_delta")) == ("block_stop", "message_delta", "message_stop")
    assert MESSAGES.completion(MESSAGES.resume("message_stop")) == ()


def test_a_state_without_positions_has_no_completion() -> None:
    with pytest.raises(ValueError, match="got a state without positions"):
        MESSAGES.completion(frozenset())


def test_orders_are_values() -> None:
    assert {Order.parse("a b"), Order.parse("a b")} == {Order.parse("a b")}
    assert Order.parse("a b") != Order.parse("a  b | b")


def test_what_is_no_expression_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^column 3: got the end"):
        Order.parse("a|")


# An expression in our syntax, and the same one in that of `re`.
LETTERS = "abc"
EXPRESSIONS = st.recursive(
    st.sampled_from(LETTERS).map(lambda letter: (letter, letter)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(
            lambda parts: (f"({' '.join(ours for ours, _ in parts)})", f"(?:{''.join(theirs for _, theirs in parts)})")
        ),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda parts: (
                f"({' | '.join(ours for ours, _ in parts)})",
                f"(?:{'|'.join(theirs for _, theirs in parts)})",
            )
        ),
        st.tuples(inner, st.sampled_from("?*+")).map(
            lambda pair: (f"({pair[0][0]}){pair[1]}", f"(?:{pair[0][1]}){pair[1]}")
        ),
    ),
    max_leaves=8,
)
WORDS = st.text(LETTERS, max_size=8)


@given(EXPRESSIONS, st.lists(WORDS, min_size=1, max_size=20), st.data())
def test_it_accepts_just_what_re_does(expression: tuple[str, str], words: list[str], data: st.DataObject) -> None:
    ours, theirs = expression
    order = Order.parse(ours)
    words.append(data.draw(st.from_regex(theirs, fullmatch=True, alphabet=LETTERS)))
    for word in words:
        assert accepted(order, word) is (re.fullmatch(theirs, word) is not None), (ours, word)


@given(EXPRESSIONS)
def test_the_shortest_sequence_is_accepted_and_none_is_shorter(expression: tuple[str, str]) -> None:
    order = Order.parse(expression[0])
    shortest = order.shortest()
    assert accepted(order, shortest)
    states = [order.start]
    for _ in shortest:
        assert not any(order.accepts(state) for state in states)
        nexts = [order.step(state, name) for state in states for name in order.expected(state)]
        states = list(dict.fromkeys(state for state in nexts if state is not None))
    assert any(order.accepts(state) for state in states)


@given(EXPRESSIONS, WORDS)
def test_expected_names_are_just_those_that_may_come(expression: tuple[str, str], word: str) -> None:
    order = Order.parse(expression[0])
    state: State | None = order.start
    for name in word:
        assert state is not None
        assert set(order.expected(state)) == {letter for letter in "abcd" if order.step(state, letter) is not None}
        state = order.step(state, name)
        if state is None:
            return
        assert state <= order.resume(name)


@given(EXPRESSIONS, WORDS)
def test_every_state_can_be_completed(expression: tuple[str, str], word: str) -> None:
    order = Order.parse(expression[0])
    state = run(order, word) or order.start
    for name in order.completion(state):
        following = order.step(state, name)
        assert following is not None
        state = following
    assert order.accepts(state)
