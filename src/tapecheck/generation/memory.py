"""What was chosen for one place of a value, so that it stays chosen while conditions of the schema come to bear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tapecheck.generation.parts import Part
from tapecheck.model import JSONValue

Choice = TypeVar("Choice", int, bool, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands.

    Attributes:
        name: of the field; a string says it where nothing speaks against that.
        depth: how many objects and arrays are around it.
        filled: whether null is not simple here, as it would call for something else.
    """

    name: str = "text"
    depth: int = 0
    filled: bool = False

    def field(self, name: str, *, filled: bool = False) -> Place:
        """Return the place of a field."""
        return Place(name=name, depth=self.depth + 1, filled=filled)

    def item(self) -> Place:
        """Return the place of an item."""
        return Place(name=self.name, depth=self.depth + 1)


Build = Callable[[Sequence[Part], Place], JSONValue]
"""Makes a value for which all parts hold; raises GenerationError where there is none."""


@dataclass(slots=True)
class Memory:
    """The choices for one place.

    Attributes:
        attempt: counts from 0; each later one tries something else where schemas can only be satisfied by trial.
    """

    attempt: int = 0
    _choices: dict[str, int | bool | str] = field(default_factory=dict)
    _below: dict[tuple[str, ...], JSONValue] = field(default_factory=dict)

    def once(self, question: str, ask: Callable[[], Choice]) -> Choice:
        """Return the answer that was given before, or ask."""
        if question not in self._choices:
            self._choices[question] = ask()
        return self._choices[question]  # type: ignore[return-value]

    def knows(self, question: str) -> bool:
        """Tell whether an answer was given."""
        return question in self._choices

    def set(self, question: str, answer: Choice) -> None:
        """Change an answer."""
        self._choices[question] = answer

    def below(self, step: str, parts: Sequence[Part], make: Callable[[], JSONValue]) -> JSONValue:
        """Return what was made for a field or an item, if the same holds for it as before, or make it."""
        key = (step, *(part.uri for part in parts))
        if key not in self._below:
            self._below[key] = make()
        return self._below[key]
