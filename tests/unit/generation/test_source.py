from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tapecheck.generation.source import PlainSource, RandomSource, Source


def answers(source: Source) -> list[object]:
    return [
        source.integer(0, 9, 1),
        source.number(0, 9, 1),
        source.choice(3),
        source.flag(0.5),
        source.text("usual", 0, 9),
        source.some(3, 0.5),
    ] * 3


def test_plain_takes_what_is_usual_and_the_simplest() -> None:
    assert answers(PlainSource())[:6] == [1, 1, 0, False, "usual", frozenset()]


def test_each_new_attempt_of_plain_makes_another_single_choice_otherwise() -> None:
    def choices(attempt: int) -> list[int]:
        source = PlainSource().again(attempt)
        return [source.choice(3) for _ in range(3)]

    assert [choices(attempt) for attempt in range(3)] == [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_a_detour_stays_within_the_choices() -> None:
    assert PlainSource(0).choice(1) == 0


@given(st.integers())
def test_one_seed_always_gives_the_same(seed: int) -> None:
    assert answers(RandomSource(seed)) == answers(RandomSource(seed))


@given(st.integers(), st.integers(0, 40), st.integers(0, 40))
def test_random_choices_keep_their_bounds(seed: int, low: int, more: int) -> None:
    source = RandomSource(seed).again(1)
    assert low <= source.integer(low, low + more, low) <= low + more
    assert low <= source.number(low, low + more, low) <= low + more
    assert 0 <= source.choice(more + 1) <= more
    assert low <= len(source.text("x" * low, low, low + more)) <= low + more
    assert source.flag(1)
    assert not source.flag(0)
    assert source.some(3, 1) == {0, 1, 2}
    assert not source.some(3, 0)
