"""Values for schemas: drafted from what holds in any case, then drafted anew with what the draft calls for.

A condition (`if`) can only be asked of a value. So a first draft is made without any, each condition is put to it, and
what they call for holds for the next draft, until a draft calls for nothing new. Whatever was chosen stays chosen
meanwhile. What can only be found by trial (`not`, `oneOf`) is tried a few times, place by place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from tapecheck.checking.engine import Engine
from tapecheck.errors import GenerationError
from tapecheck.generation import parts as say
from tapecheck.generation.containers import Drafting
from tapecheck.generation.memory import Memory, Place
from tapecheck.generation.parts import Family, Part
from tapecheck.generation.scalars import number, string
from tapecheck.generation.source import Source
from tapecheck.model import JSONValue

_TRIAL: Final = frozenset(
    ("not", "if", "anyOf", "oneOf", "contains", "dependentSchemas", "propertyNames", "pattern", "uniqueItems")
)
"""Keywords that a draft may fail to keep."""
_CONDITIONS: Final = frozenset(("if", "dependentSchemas"))
"""Keywords by which a draft calls for more."""
_FORKS: Final = _CONDITIONS | {"anyOf", "oneOf"}
_ATTEMPTS: Final = 8
_OF_ONE_TYPE: Final = 4
"""After so many attempts another type is tried."""
_ROUNDS: Final = 10
_DEEPEST: Final = 40
_BUDGET: Final = 3_000
"""So many drafts for one value, and no more."""


class Builder:
    """Builds values.

    Args:
        engine: gives the verdicts.
        family: the parts of every schema.
        source: of choices.
        surprises: whether to take in what the schemas do not declare but allow: new fields, unknown values of sets
            that grow.
        usual: the integer to take wherever it is allowed, such as the status of an error.
    """

    def __init__(
        self,
        engine: Engine,
        family: Family,
        source: Source,
        *,
        surprises: bool = False,
        usual: int | None = None,
    ) -> None:
        self._engine = engine
        self._family = family
        self._source = source
        self._surprises = surprises
        self._usual = usual
        self._left = _BUDGET

    def value(self, uri: str, wishes: Sequence[JSONValue] = ()) -> JSONValue:
        """Return a value that keeps a schema.

        Args:
            uri: of the schema.
            wishes: schemas, without references and conditions, that it shall keep as well.

        Raises:
            GenerationError: none was found.
        """
        self._left = _BUDGET
        whole = self._family.at(uri, uri)
        value = self.build((whole, *(Part.wish(index, wish) for index, wish in enumerate(wishes))), Place())
        if not self._engine.is_valid(uri, value):
            raise GenerationError(f"no example was found for {uri}", hint="Give the schema `examples`.")
        return value

    def build(self, parts: Sequence[Part], place: Place) -> JSONValue:
        """Return a value for which all parts hold, as far as is known at this place.

        Raises:
            GenerationError: none was found.
        """
        if place.depth > _DEEPEST:
            raise GenerationError(f"got more than {_DEEPEST} objects and arrays around each other, expected an end")
        simple = not any(part.says_any(_TRIAL) for part in self._family.spread(parts).values())
        for attempt in range(1 if simple else _ATTEMPTS):
            self._spend()
            try:
                value = self._settled(parts, Memory(attempt), place)
            except GenerationError:
                continue
            if simple or all(part.is_wish or self._engine.is_valid(part.uri, value) for part in parts):
                return value
        listed = " and ".join(part.uri for part in parts)
        raise GenerationError(f"nothing was found for {place.name!r} that keeps {listed}")

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            hint = "Does the schema contradict itself?"
            raise GenerationError(f"no example was found within {_BUDGET} drafts", hint=hint)

    def _settled(self, parts: Sequence[Part], memory: Memory, place: Place) -> JSONValue:
        """Draft until a draft calls for nothing new."""
        holding = self._holding(parts, memory, ())
        for _ in range(_ROUNDS):
            value = self._draft(list(holding.values()), memory, place)
            if not any(part.says_any(_CONDITIONS) for part in holding.values()):
                return value
            called_for = self._holding(parts, memory, (value,))
            if called_for.keys() == holding.keys():
                return value
            holding = called_for
        raise GenerationError(f"the conditions for {place.name!r} never come to rest")

    def _holding(self, parts: Sequence[Part], memory: Memory, draft: tuple[JSONValue, ...]) -> dict[str, Part]:
        """Return all that holds: for every value, for the chosen branches, and for the draft if there is one."""
        found: dict[str, Part] = {}
        waiting = list(parts)
        while waiting:
            fresh = self._family.spread(waiting)
            waiting = [
                branch
                for uri, part in fresh.items()
                if part.says_any(_FORKS) and uri not in found
                for branch in (*self._branches(part, memory), *self._consequences(part, draft))
            ]
            found |= fresh
        return found

    def _branches(self, part: Part, memory: Memory) -> Iterator[Part]:
        for keyword in ("anyOf", "oneOf"):
            if size := len(part.listing(keyword)):
                first = memory.once(f"{part.uri} {keyword}", partial(self._source.choice, size))
                yield part.below(keyword, (first + memory.attempt) % size)

    def _consequences(self, part: Part, draft: tuple[JSONValue, ...]) -> Iterator[Part]:
        for value in draft:
            if part.says("if"):
                branch = "then" if self._engine.is_valid(part.below("if").uri, value) else "else"
                if part.says(branch):
                    yield part.below(branch)
            if isinstance(value, dict):
                for name in part.mapping("dependentSchemas"):
                    if name in value:
                        yield part.below("dependentSchemas", name)

    def _draft(self, parts: Sequence[Part], memory: Memory, place: Place) -> JSONValue:
        if any(part.schema is False for part in parts):
            raise GenerationError(f"{place.name!r} is forbidden here")
        allowed = say.types(parts)
        for shown in self._examples(parts, memory):
            return shown
        if (listed := self._listed(parts, allowed)) is not None:
            return self._one_of(listed, memory, "listed")
        # Null is the simplest of what a schema lists, and no help where it lists nothing.
        filled = place.filled or not any(part.says("type") for part in parts)
        kinds = sorted(allowed, key=lambda one: (one == "null") is filled)
        if not kinds:
            raise GenerationError(f"no type is allowed for {place.name!r}")
        first = memory.once("type", lambda: self._source.choice(len(kinds)))
        kind = kinds[(first + memory.attempt // _OF_ONE_TYPE) % len(kinds)]
        return self._of_type(kind, parts, memory, place)

    def _of_type(self, kind: str, parts: Sequence[Part], memory: Memory, place: Place) -> JSONValue:
        if kind == "null":
            return None
        if kind == "boolean":
            return memory.once("flag", lambda: bool(self._source.choice(2)))
        if kind in ("object", "array"):
            drafting = Drafting(parts, memory, place, self._source, self._surprises, self.build)
            return drafting.object() if kind == "object" else drafting.array()
        familiar = [one for one in say.known(parts) if _is_of(one, kind)]
        if familiar and not (self._surprises and memory.once("unknown", lambda: self._source.flag(0.1))):
            return self._one_of(self._permitted(familiar, parts), memory, "familiar")
        if kind == "string":
            return string(parts, place.name, self._source)
        return number(parts, whole=kind == "integer", usual=self._usual or 0, source=self._source)

    def _examples(self, parts: Sequence[Part], memory: Memory) -> Iterator[JSONValue]:
        """Yield an example that the schemas give, if it is to be taken and keeps them."""
        real = [part for part in parts if not part.is_wish]
        shown = [one for part in real for one in part.listing("examples")]
        if shown and len(real) == len(parts) and memory.attempt == 0:
            fitting = [one for one in shown if all(self._engine.is_valid(part.uri, one) for part in real)]
            if fitting and memory.once("example", lambda: self._source.choice(2)) == 0:
                yield self._one_of(fitting, memory, "examples")

    def _listed(self, parts: Sequence[Part], allowed: Sequence[str]) -> list[JSONValue] | None:
        """Return what `const` and `enum` leave; the usual number first, where it is among them."""
        listed = say.candidates(parts)
        if listed is None:
            return None
        fitting = [one for one in listed if any(_is_of(one, kind) for kind in allowed)]
        known = say.known(parts)
        fitting = [one for one in known if one in fitting] if known and not self._surprises else fitting
        fitting = self._permitted(fitting, parts)
        return [self._usual] if self._usual in fitting else fitting

    def _permitted(self, values: Sequence[JSONValue], parts: Sequence[Part]) -> list[JSONValue]:
        """Leave out the values that a schema of scalars speaks against, by `not`, `pattern` or the like."""
        real = [part for part in parts if not part.is_wish]
        return [one for one in values if all(self._engine.is_valid(part.uri, one) for part in real)]

    def _one_of(self, values: Sequence[JSONValue], memory: Memory, question: str) -> JSONValue:
        if not values:
            raise GenerationError("of the values that are listed none is allowed")
        return values[memory.once(question, lambda: self._source.choice(len(values))) % len(values)]


def _is_of(value: JSONValue, kind: str) -> bool:
    if isinstance(value, bool) or value is None:
        return kind == {True: "boolean", False: "boolean", None: "null"}[value]
    if isinstance(value, int | float):
        return kind == "number" or (kind == "integer" and value == int(value))
    return kind == {str: "string", list: "array", dict: "object"}[type(value)]
