"""What recordings agree on, found without any contract: fields that are always there, their types, constant strings.

A *place* is a path without indexes, where each object that says what it is (`type`, or for the parts of Gemini the one
key that tells) adds that as a label: `/content/*{text}/text`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tapecheck.model import JSONValue

Path = tuple[str | int, ...]

FREE = frozenset({
    "args", "arguments", "environment", "input", "input_schema", "json_schema", "logit_bias", "metadata", "parameters",
    "properties", "response", "schema", "variables",
})  # fmt: skip
"""Fields whose objects are anybody's: arguments of tools, schemas, labels."""

_PARTS = ("functionCall", "functionResponse", "inlineData", "executableCode", "codeExecutionResult", "thought", "text")
_MANY = 40
ENOUGH = 50
"""So many samples make a rule."""

_NOW_AND_THEN = 0.01
_OFTEN = 0.05

"""So many elements of an array are looked at."""


def json_type(value: JSONValue) -> str:
    """Name the JSON type of a value; `1.0` is an integer, as JSON Schema says."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if value == int(value) else "number"
    return {str: "string", list: "array", dict: "object"}[type(value)]


def label(value: dict[str, JSONValue]) -> str:
    """Say what an object says that it is."""
    kind = value.get("type")
    if isinstance(kind, str):
        return f"{{{kind}}}"
    if "object" in value or len(value) > len(_PARTS):  # no part of an answer
        return ""
    return next((f"{{{key}}}" for key in _PARTS if key in value), "")


@dataclass(frozen=True, slots=True)
class Spot:
    """A field of an object in a body: the path of the object, the name, the value, and the place of both."""

    path: Path
    key: str
    value: JSONValue
    holder: str

    @property
    def place(self) -> str:
        return f"{self.holder}/{self.key}"


def spots(value: JSONValue, holder: str = "", path: Path = ()) -> Iterator[Spot]:
    """Yield every field, those within somebody else's objects left out."""
    if isinstance(value, list):
        for index, one in enumerate(value[:_MANY]):
            yield from spots(one, f"{holder}/*", (*path, index))
    elif isinstance(value, dict):
        holder += label(value)
        for key, one in value.items():
            yield Spot(path, key, one, holder)
            if key not in FREE or (key == "response" and not path):
                yield from spots(one, f"{holder}/{key}", (*path, key))


def event_kind(value: JSONValue) -> str:
    """Tell events apart by their form: their `type`, or which fields are there. Two of one kind are interchangeable."""
    if not isinstance(value, dict):
        return "done"
    if isinstance(value.get("type"), str):
        return str(value["type"])
    signs = {"error"} if value.get("error") else set()
    several = value.get("choices", value.get("candidates"))
    for one in several if isinstance(several, list) else ():
        if isinstance(one, dict):
            signs |= set(_signs(one))
    return "+".join(sorted(signs)) or "empty"


def _signs(one: dict[str, JSONValue]) -> Iterator[str]:
    if one.get("finish_reason") or one.get("finishReason"):
        yield "finish"
    delta, content = one.get("delta"), one.get("content")
    if isinstance(delta, dict):
        yield from (
            key for key, value in delta.items() if value is not None and key not in ("tool_calls", "obfuscation")
        )
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            yield "call" if isinstance(call, dict) and call.get("id") else "call-piece"
    parts = content.get("parts") if isinstance(content, dict) else None
    for part in parts if isinstance(parts, list) else ():
        yield label(part) if isinstance(part, dict) else ""


@dataclass(slots=True)
class _Field:
    count: int = 0
    types: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Evidence:
    """Counts over all bodies of one form (such as the answers of one operation, or one event of its streams)."""

    enough: int = ENOUGH
    objects: Counter[str] = field(default_factory=Counter)
    fields: defaultdict[str, _Field] = field(default_factory=lambda: defaultdict(_Field))

    def add(self, value: JSONValue) -> None:
        """Count one body or event."""
        found = list(spots(value))
        self.objects.update({spot.path: spot.holder for spot in found}.values())
        for spot in found:
            seen = self.fields[spot.place]
            seen.count += 1
            seen.types.add(json_type(spot.value))
            if isinstance(spot.value, str) and len(seen.strings) < _MANY:
                seen.strings.add(spot.value)

    def share(self, spot: Spot) -> float:
        """Return how many of the objects at the place of a field have it; 0 where too few objects are known."""
        total = self.objects[spot.holder]
        return self.fields[spot.place].count / total if total >= self.enough else 0.0

    def types(self, spot: Spot) -> frozenset[str]:
        """Return the types seen at a place; none where the field is too rare."""
        seen = self.fields[spot.place]
        return frozenset(seen.types if seen.count >= self.enough else ())

    def constant(self, spot: Spot) -> bool:
        """Tell whether a field is the same word wherever it was seen, often enough."""
        seen = self.fields[spot.place]
        one = next(iter(seen.strings), "")
        return self.types(spot) == {"string"} and len(seen.strings) == 1 and re.fullmatch(r"[\w.]+", one) is not None


@dataclass(slots=True)
class Course:
    """How the streams of one operation go: the kinds of events that they begin and end with, and that repeat."""

    streams: int = 0
    starts: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)

    def add(self, kinds: Sequence[str]) -> None:
        """Count one stream."""
        self.streams += 1
        self.starts[kinds[0]] += 1
        self.ends[kinds[-1]] += 1
        self.events.update(kinds)
        self.repeats.update(one for one, after in pairwise(kinds) if one == after)

    def may_start(self, kind: str) -> bool:
        """Tell whether real streams begin with such an event."""
        return self.starts[kind] > self.streams * _NOW_AND_THEN

    def may_end(self, kind: str) -> bool:
        """Tell whether real streams end with such an event."""
        return self.ends[kind] > self.streams * _NOW_AND_THEN

    def may_repeat(self, kind: str) -> bool:
        """Tell whether such an event often follows one of its own kind."""
        return self.repeats[kind] > self.events[kind] * _OFTEN
