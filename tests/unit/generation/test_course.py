from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tapecheck.generation.course import course
from tapecheck.generation.source import PlainSource, RandomSource
from tapecheck.streams import Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.contracts import Contract, Stream

TABLE = """
[operations.talk.stream]
framings = ["sse"]
events = "events"
name = "/type"
order = "a"
"""
ORDERS = [
    "a",
    "a b? c* d+",
    "a (b | c d)* e",
    "(a | b)+ (c d?)? e",
    "a ((b c)+ | d*)? (e | f)",
]


@pytest.fixture
def stream(contract: Callable[..., Contract]) -> Stream:
    stream = contract(TABLE, {"events/a": {"type": "object"}}).operations[0].stream
    assert stream is not None
    return stream


@pytest.mark.parametrize(
    ("order", "wanted", "expected"),
    [
        ("a b? c* d+", "", "a c d"),
        ("a b? c", "b", "a b c"),
        ("a (b | c d)* e", "", "a b e"),
        ("a (b | c d)* e", "d", "a c d e"),
        ("a (b c)? d", "", "a b c d"),
        ("blocked | a b", "", "blocked"),
    ],
)
def test_plain_has_of_everything_one(stream: Stream, order: str, wanted: str, expected: str) -> None:
    stream = replace(stream, order=Order.parse(order))
    assert course(stream, PlainSource(), frozenset(wanted.split())) == expected.split()


@pytest.mark.parametrize("order", ORDERS)
@given(seed=st.integers(), wanted=st.sampled_from(["", "a", "b", "d"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_course_is_one_that_the_order_allows(stream: Stream, order: str, seed: int, wanted: str) -> None:
    parsed = Order.parse(order)
    state = parsed.start
    names = course(replace(stream, order=parsed), RandomSource(seed), frozenset({wanted}))
    for name in names:
        following = parsed.step(state, name)
        assert following is not None
        state = following
    assert parsed.accepts(state)
    assert wanted in names or wanted not in parsed.names


def test_some_come_anywhere_and_some_break_it_off(stream: Stream) -> None:
    stream = replace(stream, order=Order.parse("a b c"), anywhere=frozenset({"ping"}), failures=frozenset({"error"}))
    courses = {" ".join(course(stream, RandomSource(seed), frozenset())) for seed in range(500)}
    assert {"a b c", "a ping b c", "a b c ping", "a b error", "error"} <= courses
    assert not any(one.startswith("ping") for one in courses)


def test_a_failure_that_the_order_has_is_left_to_it(stream: Stream) -> None:
    stream = replace(stream, order=Order.parse("a (b | failed)"), failures=frozenset({"failed"}))
    courses = {" ".join(course(stream, RandomSource(seed), frozenset())) for seed in range(200)}
    assert courses == {"a b", "a failed"}
