"""Where choices come from: one generator makes the plain example, seeded variations and what Hypothesis draws.

The smallest answer to each question is also the simplest value: 0, `False`, the first of several. A source that
shrinks towards it, shrinks towards the plain example.
"""

from __future__ import annotations

import random
from typing import Protocol

_WORDS = ("", "a", "word", "two words", "line\nbreak", 'quote " and \\', "ünïcödé", "你好", "🙂", "null", "0", "{", " ")


class Source(Protocol):
    """Answers each question of the generator; the order of questions depends on nothing but the answers."""

    def integer(self, low: int, high: int, usual: int, /) -> int:
        """Choose a number of the closed range; `usual`, within it, is what a plain example has."""
        ...

    def number(self, low: float, high: float, usual: float, /) -> float:
        """Choose a number of the closed range; `usual`, within it, is what a plain example has."""
        ...

    def choice(self, count: int, /) -> int:
        """Choose one of `count` things, the simplest first."""
        ...

    def flag(self, weight: float, /) -> bool:
        """Choose whether to do what a plain example does not; `weight` is how likely that shall be."""
        ...

    def some(self, count: int, weight: float, /) -> frozenset[int]:
        """Choose which of `count` things to do that a plain example does not; `weight` is how likely each shall be."""
        ...

    def text(self, usual: str, low: int, high: int, /) -> str:
        """Choose a string of `low` to `high` characters; `usual` is one of them."""
        ...

    def again(self, attempt: int, /) -> Source:
        """Return the source for one more attempt, where the choices of those before led nowhere; 0 is the first."""
        ...


class PlainSource:
    """Always the simplest choice.

    Args:
        detour: which choice (counted from 0) takes the second best instead; none where None.
    """

    def __init__(self, detour: int | None = None) -> None:
        self._detour = detour
        self._asked = -1

    def integer(self, _low: int, _high: int, usual: int) -> int:
        """Return what is usual."""
        return usual

    def number(self, _low: float, _high: float, usual: float) -> float:
        """Return what is usual."""
        return usual

    def choice(self, count: int) -> int:
        """Return the first, or the second where the detour begins."""
        self._asked += 1
        return int(self._asked == self._detour) % count

    def flag(self, _weight: float) -> bool:
        """Return false."""
        return False

    def some(self, _count: int, _weight: float) -> frozenset[int]:
        """Return none."""
        return frozenset()

    def text(self, usual: str, _low: int, _high: int) -> str:
        """Return what is usual."""
        return usual

    def again(self, attempt: int) -> PlainSource:
        """Return a source that makes a single choice otherwise: each attempt another one."""
        return PlainSource(attempt - 1 if attempt else None)


class RandomSource:
    """Variation from a seed; one seed always gives the same.

    Args:
        seed: any number.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 (no secret is made of it)

    def integer(self, low: int, high: int, usual: int) -> int:
        """Return any number of the range, often the usual one."""
        return usual if self._random.random() < 0.3 else self._random.randint(low, high)

    def number(self, low: float, high: float, usual: float) -> float:
        """Return any number of the range, often the usual one."""
        return usual if self._random.random() < 0.3 else self._random.uniform(low, high)

    def choice(self, count: int) -> int:
        """Return any of them."""
        return self._random.randrange(count)

    def flag(self, weight: float) -> bool:
        """Return true as often as the weight says."""
        return self._random.random() < weight

    def some(self, count: int, weight: float) -> frozenset[int]:
        """Return each as often as the weight says."""
        return frozenset(one for one in range(count) if self.flag(weight))

    def text(self, usual: str, low: int, high: int) -> str:
        """Return the usual string, or one of some that are seldom thought of."""
        words = [word for word in _WORDS if low <= len(word) <= high]
        return usual if not words or self._random.random() < 0.3 else self._random.choice(words)

    def again(self, _attempt: int) -> RandomSource:
        """Return this source: it goes on with other choices."""
        return self
