from __future__ import annotations

from itertools import pairwise

from hypothesis import Phase, find, given, settings

from tapecheck.generation.drawn import DrawnSource, made
from tapecheck.generation.source import PlainSource

SEARCH = settings(database=None, phases=[Phase.generate, Phase.shrink])
ONCE = settings(database=None, phases=[Phase.generate])
PLAIN = [2, 1.5, 0, False, frozenset(), "usual"]
"""What is usual, in the order of `answers`."""


def answers(source: DrawnSource) -> list[object]:
    return [
        source.integer(-5, 5, 2),
        source.number(0.5, 2.5, 1.5),
        source.choice(3),
        source.flag(0.25),
        source.some(8, 0.25),
        source.text("usual", 3, 30),
    ]


@given(made(answers))
def test_each_answer_is_one_that_was_asked_for(found: list[object]) -> None:
    integer, number, choice, flag, some, text = found
    assert integer in range(-5, 6)
    assert isinstance(number, float)
    assert 0.5 <= number <= 2.5
    assert choice in range(3)
    assert isinstance(flag, bool)
    assert isinstance(some, frozenset)
    assert some <= set(range(8))
    assert isinstance(text, str)
    assert 3 <= len(text) <= 30


def test_it_shrinks_to_the_simplest() -> None:
    assert find(made(answers), lambda found: True, settings=SEARCH) == [0, 1.5, 0, False, frozenset(), "usual"]
    some = find(made(lambda source: source.some(10, 0.5)), lambda found: 7 in found, settings=SEARCH)
    assert some == {7}


@given(made(lambda source: [source.choice(1), source.integer(4, 4, 4), source.some(0, 0.5), source.some(5, 0)]))
def test_where_there_is_no_choice_nothing_is_drawn(found: list[object]) -> None:
    assert found == [0, 4, frozenset(), frozenset()]


@given(made(lambda source: [answers(source) for _ in range(500)]))
@settings(max_examples=10)
def test_when_much_was_drawn_the_rest_is_plain(rounds: list[list[object]]) -> None:
    assert rounds[-1] == PLAIN
    is_plain = [one == PLAIN for one in rounds[100:]]
    assert all(later for _, later in pairwise(is_plain))


def test_a_fresh_one_draws_again() -> None:
    def spent_and_fresh(source: DrawnSource) -> tuple[bool, bool]:
        for _ in range(500):
            source.choice(2)
        return source.flag(1), source.fresh().flag(1)

    assert find(made(spent_and_fresh), lambda found: found[1], settings=ONCE) == (False, True)


@given(made(lambda source: source))
def test_after_some_attempts_it_is_plain(source: DrawnSource) -> None:
    assert source.again(0) is source
    assert source.again(3) is source
    assert isinstance(source.again(4), PlainSource)
