"""Objects and arrays that keep what schemas say of them, as far as one can know before the conditions are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from tapecheck.errors import GenerationError
from tapecheck.generation.memory import Build, Memory, Place
from tapecheck.generation.parts import Part, count, of_item
from tapecheck.generation.source import Source
from tapecheck.model import JSONValue

_DEEP: Final = 9
"""Below so many objects and arrays everything that may be missing is."""
_MANY: Final = 3
"""So many more items or free fields than the least are the most."""
_OF_FIELDS: Final = ("properties", "patternProperties", "additionalProperties")
_NULL: Final = ({"type": "null"}, {"const": None})


@dataclass(frozen=True)
class Drafting:
    """What a draft of an object or an array needs.

    Attributes:
        parts: what holds for it.
        memory: what was chosen for it before.
        place: where it stands.
        source: of choices.
        surprises: whether it may have what no part declares.
        build: makes what is in it.
    """

    parts: Sequence[Part]
    memory: Memory
    place: Place
    source: Source
    surprises: bool
    build: Build

    @cached_property
    def speaking(self) -> list[Part]:
        """Return the parts that speak of fields."""
        return [part for part in self.parts if any(part.says(word) for word in _OF_FIELDS)]

    @cached_property
    def filled(self) -> frozenset[str]:
        """Return the fields that are better not null."""
        return _filled(self.parts)

    @property
    def weight(self) -> float:
        """Return how likely a field that may be missing is there."""
        return 0.0 if self.place.depth >= _DEEP else 1 / (3 + self.place.depth)

    def array(self) -> JSONValue:
        """Return an array.

        Raises:
            GenerationError: none was found.
        """
        low = max(
            count(self.parts, "minItems", 0, highest=True), int(any(part.says("contains") for part in self.parts))
        )
        high = count(self.parts, "maxItems", low + _MANY, highest=False)
        length = self._length(low, high)
        items: list[JSONValue] = []
        for index in range(length):
            parts = list(of_item(self.parts, index))
            try:
                made = self.memory.below(str(index), parts, partial(self.build, parts, self.place.item()))
            except GenerationError:
                if index < low:
                    raise
                break
            items.append(made)
        return items

    def object(self) -> JSONValue:
        """Return an object.

        Raises:
            GenerationError: none was found.
        """
        value: dict[str, JSONValue] = {}
        needed = _with_dependents(self.parts, _required(self.parts))
        declared = _declared(self.parts)
        room = count(self.parts, "maxProperties", len(declared) + len(needed), highest=False)
        chosen = _with_dependents(self.parts, [*needed, *self._optional(declared, needed)])[: max(room, len(needed))]
        for name in sorted(chosen, key=[*declared, *chosen].index):
            self._add(value, name, needed=name in needed)
        if not declared and self.place.depth < _DEEP:
            self._fill(value)
        least = count(self.parts, "minProperties", 0, highest=True)
        for name in [*declared, *(f"{self.place.name}_{number}" for number in range(least))]:
            if len(value) < least and name not in value:
                self._add(value, name, needed=False)
        if self.surprises and declared and self.memory.once("surprise", lambda: self.source.flag(0.1)):
            value.setdefault("never_seen_before", self.source.text("surprise", 0, 20))
        return value

    def _length(self, low: int, high: int) -> int:
        """Return how many items there are: usually one, that an example shows what they are."""
        if high < low:
            raise GenerationError(f"got an array of at least {low} and at most {high} items, expected one that exists")
        if self.place.depth >= _DEEP:
            return low
        most = min(high, low + _MANY)
        return self.memory.once("length", lambda: self.source.integer(low, most, max(low, min(1, most))))

    def _optional(self, declared: Sequence[str], needed: Sequence[str]) -> Iterator[str]:
        """Yield the chosen ones of the fields that may be missing; each attempt takes another one in."""
        optional = [name for name in declared if name not in needed]
        attempt = self.memory.attempt
        tried = {optional[(attempt - 1) % len(optional)]} if attempt and optional else set()
        asked = [name for name in optional if name not in tried and not self.memory.knows(f"has {name}")]
        taken = tried | {asked[place] for place in self.source.some(len(asked), self.weight)}
        for name in optional:
            if self.memory.once(f"has {name}", partial(taken.__contains__, name)):
                yield name

    def _add(self, value: dict[str, JSONValue], name: str, *, needed: bool) -> None:
        """Add a field; one that may be missing is left out where nothing will do."""
        parts = [found for part in self.speaking for found in part.field(name)]
        place = self.place.field(name, filled=name in self.filled)
        try:
            value[name] = self.memory.below(name, parts, lambda: self.build(parts, place))
        except GenerationError:
            if needed:
                raise
            self.memory.set(f"has {name}", False)

    def _fill(self, value: dict[str, JSONValue]) -> None:
        """Add fields of any name to an object of which no part names any."""
        least = count(self.parts, "minProperties", 0, highest=True)
        most = count(self.parts, "maxProperties", least + _MANY, highest=False)
        room = min(most, least + _MANY)
        for number in range(self.memory.once("free", lambda: self.source.integer(least, max(least, room), least))):
            self._add(value, f"{self.place.name}_{number}", needed=False)


def _declared(parts: Iterable[Part]) -> list[str]:
    """Return the fields that schemas declare; what a wish names, need not be declared."""
    return list(dict.fromkeys(name for part in parts if not part.is_wish for name in part.mapping("properties")))


def _required(parts: Iterable[Part]) -> list[str]:
    return list(dict.fromkeys(str(name) for part in parts for name in part.listing("required")))


def _with_dependents(parts: Sequence[Part], names: Sequence[str]) -> list[str]:
    """Return the names, and those that must be there because one of them is."""
    dependents = [part.mapping("dependentRequired") for part in parts if part.says("dependentRequired")]
    found = list(dict.fromkeys(names))
    for name in found:  # grows on the way
        for mapping in dependents:
            needed = mapping.get(name)
            if isinstance(needed, list):
                found.extend(str(one) for one in needed if one not in found)
    return found


def _filled(parts: Iterable[Part]) -> frozenset[str]:
    """Return the fields of which a condition asks whether they are null: something else is then called for."""
    conditions = [condition for part in parts if isinstance(condition := part.get("if"), dict)]
    fields = [found for one in conditions if isinstance(found := one.get("properties"), dict)]
    return frozenset(name for one in fields for name, schema in one.items() if schema in _NULL)
