"""Choices that Hypothesis draws, so that what was made of them shrinks towards the plain example.

Each choice is drawn by itself: from a seed or a string of bytes an example could not be shrunk part by part. It is the
only module that imports Hypothesis.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

from hypothesis import strategies as st

from tapecheck.generation.source import PlainSource, Source

Made = TypeVar("Made")
_Drawn = TypeVar("_Drawn")

_MOST: Final = 500
"""So many choices, and characters of texts, are drawn for one source; then all is plain. It is a tenth or so of what
Hypothesis takes for too much."""
_LONG: Final = 20
"""So many characters more than the least are the most that a text gets."""
_ATTEMPTS: Final = 4
"""So often choices are drawn that may lead nowhere; then the plain example is taken, that none is thrown away."""


class DrawnSource:
    """Answers with what Hypothesis draws.

    Args:
        draw: of a composite strategy.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._left = _MOST

    def fresh(self) -> DrawnSource:
        """Return a source that draws for the same example, and has as much to draw as this one had at first."""
        return DrawnSource(self._draw)

    def integer(self, low: int, high: int, usual: int, /) -> int:
        """Return any number of the range."""
        return low if low == high else self._drawn(_integers(low, high), usual)

    def number(self, low: float, high: float, usual: float, /) -> float:
        """Return any number of the range."""
        return self._drawn(_numbers(low, high, usual), usual)

    def choice(self, count: int, /) -> int:
        """Return any of them."""
        return self.integer(0, count - 1, 0)

    def flag(self, weight: float, /) -> bool:
        """Return true about as often as the weight says."""
        return self._drawn(_integers(0, 99), 0) >= max(1, 100 - 100 * weight)

    def some(self, count: int, weight: float, /) -> frozenset[int]:
        """Return about as many as the weight says; one draw for each that is done, and not for each that is not."""
        most = min(count, math.ceil(2 * count * weight))
        return frozenset(self._drawn(_places(count, most), [])) if most else frozenset()

    def text(self, usual: str, low: int, high: int, /) -> str:
        """Return any string of such a length."""
        text = self._drawn(_texts(usual, low, min(high, low + _LONG)), usual)
        self._left -= len(text)
        return text

    def again(self, attempt: int, /) -> Source:
        """Return this source, which goes on with other choices; after some attempts a plain one."""
        return self if attempt < _ATTEMPTS else PlainSource().again(attempt - _ATTEMPTS)

    def _drawn(self, strategy: st.SearchStrategy[_Drawn], plain: _Drawn) -> _Drawn:
        self._left -= 1
        return plain if self._left < 0 else self._draw(strategy)


def made(make: Callable[[DrawnSource], Made]) -> st.SearchStrategy[Made]:
    """Return the strategy for what can be made of choices.

    Args:
        make: makes one thing of the choices of one source; it may keep the source and ask it later.
    """

    @st.composite
    def drawing(draw: st.DrawFn) -> Made:
        return make(DrawnSource(draw))

    return drawing()


# To make a strategy takes longer than to draw from it.


@cache
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@cache
def _numbers(low: float, high: float, usual: float) -> st.SearchStrategy[float]:
    return st.just(usual) | st.floats(low, high)


@cache
def _texts(usual: str, low: int, high: int) -> st.SearchStrategy[str]:
    return st.just(usual) | st.text(min_size=low, max_size=high)


@cache
def _places(count: int, most: int) -> st.SearchStrategy[list[int]]:
    # Not `unique`: Hypothesis then draws from what is left, so that to leave out one would change those behind it.
    return st.lists(st.integers(0, count - 1), max_size=most)
