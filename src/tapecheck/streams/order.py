"""The order of events: a regular expression over their names, as docs/reference/contracts.md says.

The expression becomes a position automaton (V. M. Glushkov, The abstract theory of automata, 1961): one position for
each name in the text, and for each position those that may follow it. Position 0 stands before the first name.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, TypeAlias

from tapecheck.streams.order_syntax import parse

State: TypeAlias = frozenset[int]
"""The positions at which the name that was read last may stand."""

_START: Final = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order of events; made by `Order.parse`.

    Attributes:
        text: the expression.
        positions: the name at each position; the first entry belongs to the start and is empty.
        follow: for each position, those that may come next.
        final: the positions at which a sequence may end.
    """

    text: str
    positions: tuple[str, ...]
    follow: tuple[State, ...]
    final: State

    @classmethod
    def parse(cls, text: str) -> Order:
        """Read an expression.

        Raises:
            ValueError: the text is no expression; says the 1-based column, what was got and what was expected.
        """
        return cls(text, *parse(text))

    @property
    def names(self) -> frozenset[str]:
        """Return all names of the expression."""
        return frozenset(self.positions[1:])

    @property
    def start(self) -> State:
        """Return the state before the first name."""
        return frozenset((_START,))

    def step(self, state: State, name: str) -> State | None:
        """Return the state after one more name, or None if it may not come next."""
        return frozenset(place for place in self._next(state) if self.positions[place] == name) or None

    def expected(self, state: State) -> tuple[str, ...]:
        """Return the names that may come next, in the order of the text."""
        return tuple(dict.fromkeys(self.positions[place] for place in sorted(self._next(state))))

    def accepts(self, state: State) -> bool:
        """Tell whether the sequence may end here."""
        return not self.final.isdisjoint(state)

    def resume(self, name: str) -> State:
        """Return the state as if a name had just been read, anywhere it may stand.

        Raises:
            ValueError: the expression does not have this name.
        """
        state = frozenset(place for place, known in enumerate(self.positions) if place and known == name)
        if not state:
            raise ValueError(f"got {name!r}, expected one of {', '.join(sorted(self.names))}")
        return state

    def shortest(self) -> tuple[str, ...]:
        """Return a shortest sequence that the order accepts; of several, the one that stands first in the text."""
        return self.completion(self.start)

    def completion(self, state: State) -> tuple[str, ...]:
        """Return the fewest names that lead from a state to where the sequence may end.

        Raises:
            ValueError: the state has no position; `step` and `resume` return no such state.
        """
        ways: dict[int, tuple[str, ...]] = dict.fromkeys(sorted(state), ())
        queue = deque(ways)
        while queue:
            place = queue.popleft()
            if place in self.final:
                return ways[place]
            for after in sorted(self.follow[place] - ways.keys()):
                ways[after] = (*ways[place], self.positions[after])
                queue.append(after)
        raise ValueError("got a state without positions, expected one from start, step or resume")

    def _next(self, state: State) -> State:
        return frozenset[int]().union(*(self.follow[place] for place in state))
