"""Schemas that hold for one place of a value, all at once: each a part, and what they say together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from urllib.parse import quote

from tapecheck.contracts import Schema, follow
from tapecheck.model import JSONValue, pointer

_WISH = "wish:"
_TYPES = {
    "string": ("minLength", "maxLength", "pattern", "format", "x-extensible-enum"),
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
_ANY = ("string", "number", "boolean", "object", "array", "null")


@dataclass(frozen=True, slots=True)
class Part:
    """A schema that holds for a value.

    Attributes:
        uri: names it; that of a wish, which no engine knows, is made up.
        schema: what it says.
    """

    uri: str
    schema: JSONValue
    _below: dict[tuple[str | int, ...], Part] = field(default_factory=dict, compare=False, repr=False)
    _fields: dict[str, tuple[Part, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def wish(cls, number: int, schema: JSONValue) -> Part:
        """Make a part of a schema that is in no file; `number` tells the wishes for one value apart."""
        return cls(f"{_WISH}{number}#", schema)

    @property
    def is_wish(self) -> bool:
        """Tell whether it is in no file."""
        return self.uri[:5] == _WISH

    def says(self, keyword: str) -> bool:
        """Tell whether it has a keyword."""
        return isinstance(self.schema, dict) and keyword in self.schema

    def says_any(self, keywords: AbstractSet[str]) -> bool:
        """Tell whether it has one of these keywords."""
        return isinstance(self.schema, dict) and not keywords.isdisjoint(self.schema)

    def get(self, keyword: str) -> JSONValue:
        """Return what it says under a keyword; None where it says nothing."""
        return self.schema.get(keyword) if isinstance(self.schema, dict) else None

    def mapping(self, keyword: str) -> Mapping[str, JSONValue]:
        """Return the object under a keyword, an empty one where there is none."""
        found = self.get(keyword)
        return found if isinstance(found, dict) else {}

    def listing(self, keyword: str) -> list[JSONValue]:
        """Return the array under a keyword, an empty one where there is none."""
        found = self.get(keyword)
        return found if isinstance(found, list) else []

    def below(self, *steps: str | int) -> Part:
        """Return the schema that a path leads to; the same one, whenever it is asked for.

        Raises:
            LookupError: the path leads nowhere.
        """
        if (known := self._below.get(steps)) is not None:
            return known
        schema = self.schema
        for step in steps:
            schema = schema[step]  # type: ignore[index]
        separator = "" if "#" in self.uri else "#"
        found = Part(f"{self.uri}{separator}{quote(pointer(steps), safe='/~@$')}", schema)
        return self._below.setdefault(steps, found)

    def field(self, name: str) -> tuple[Part, ...]:
        """Return what it says of a field of an object."""
        if name not in self._fields:
            self._fields[name] = tuple(self._of_field(name))
        return self._fields[name]

    def _of_field(self, name: str) -> Iterator[Part]:
        spoken = False
        if name in self.mapping("properties"):
            spoken = True
            yield self.below("properties", name)
        for pattern in self.mapping("patternProperties"):
            if re.search(pattern, name):
                spoken = True
                yield self.below("patternProperties", pattern)
        if not spoken and self.says("additionalProperties"):
            yield self.below("additionalProperties")


class Family:
    """Parts that are in files, and what each takes in: found out once, and remembered.

    Args:
        schemas: every schema by its URI.
    """

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._followed: dict[tuple[str, str], Part] = {}
        self._spread: dict[tuple[str, ...], Mapping[str, Part]] = {}

    def at(self, base: str, reference: str) -> Part:
        """Return the part that a `$ref` names.

        Raises:
            LookupError: it leads nowhere.
        """
        key = base.partition("#")[0], reference
        if key not in self._followed:
            self._followed[key] = Part(*follow(self._schemas, base, reference))
        return self._followed[key]

    def spread(self, parts: Sequence[Part]) -> Mapping[str, Part]:
        """Return by URI the parts and all that they take in by `$ref`, which comes first, and `allOf`."""
        real = [part for part in parts if not part.is_wish]
        key = tuple(part.uri for part in real)
        if (known := self._spread.get(key)) is None:
            known = self._spread[key] = self._taken_in(real)
        wishes = {part.uri: part for part in parts if part.is_wish and part.schema is not True}  # they take in nothing
        return {**known, **wishes} if wishes else known

    def _taken_in(self, parts: Iterable[Part]) -> dict[str, Part]:
        found: dict[str, Part] = {}
        seen: set[str] = set()
        for part in parts:
            self._visit(part, found, seen)
        return found

    def _visit(self, part: Part, found: dict[str, Part], seen: set[str]) -> None:
        if part.uri in seen or part.schema is True:
            return
        seen.add(part.uri)
        if isinstance(reference := part.get("$ref"), str):
            self._visit(self.at(part.uri, reference), found, seen)
        found[part.uri] = part
        for index in range(len(part.listing("allOf"))):
            self._visit(part.below("allOf", index), found, seen)


def types(parts: Iterable[Part]) -> list[str]:
    """Return the JSON types that all parts allow, in the order of the first; no integer beside a number."""
    allowed: list[str] | None = None
    for part in parts:
        if part.says("type"):
            named = [str(one) for one in part.listing("type") or [part.get("type")]]
            wide = [name for one in named for name in ((one, "integer") if one == "number" else (one,))]
            allowed = wide if allowed is None else [one for one in allowed if one in wide]
    if allowed is None:
        allowed = _guessed(parts)
    unique = list(dict.fromkeys(allowed))
    return [one for one in unique if one != "integer" or "number" not in unique]


def candidates(parts: Iterable[Part]) -> list[JSONValue] | None:
    """Return the values that every `const` and `enum` allows; None where there is none of these."""
    allowed: dict[str, JSONValue] | None = None
    for part in parts:
        for values in _listed(part):
            named = {json.dumps(value, sort_keys=True): value for value in values}
            allowed = named if allowed is None else {key: allowed[key] for key in allowed if key in named}
    return None if allowed is None else list(allowed.values())


def known(parts: Iterable[Part]) -> list[JSONValue]:
    """Return the values that every `x-extensible-enum` knows; empty where there is none."""
    lists = [part.listing("x-extensible-enum") for part in parts if part.says("x-extensible-enum")]
    return [value for value in lists[0] if all(value in other for other in lists)] if lists else []


def bound(parts: Iterable[Part], keyword: str, *, highest: bool) -> float | None:
    """Return the tightest number under a keyword; None where no part has it."""
    numbers = [found for part in parts if isinstance(found := part.get(keyword), int | float)]
    return (max(numbers) if highest else min(numbers)) if numbers else None


def count(parts: Iterable[Part], keyword: str, default: int, *, highest: bool) -> int:
    """Return the tightest length under a keyword."""
    found = bound(parts, keyword, highest=highest)
    return default if found is None else int(found)


def of_item(parts: Iterable[Part], index: int) -> Iterator[Part]:
    """Yield what the parts say of an item of an array; one that it must contain is the first."""
    for part in parts:
        if index < len(part.listing("prefixItems")):
            yield part.below("prefixItems", index)
        elif part.says("items"):
            yield part.below("items")
        if index == 0 and part.says("contains") and part.get("minContains") != 0:
            yield part.below("contains")


def _listed(part: Part) -> Iterator[list[JSONValue]]:
    if part.says("const"):
        yield [part.get("const")]
    if part.says("enum"):
        yield part.listing("enum")


def _guessed(parts: Iterable[Part]) -> list[str]:
    """Return the types that the keywords speak of; all where they speak of none."""
    spoken = [name for name, keywords in _TYPES.items() if any(part.says(word) for part in parts for word in keywords)]
    return spoken or list(_ANY)
