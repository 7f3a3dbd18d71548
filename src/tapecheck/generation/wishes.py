"""Wishes: small schemas, in no file, that say what one value shall have beyond what its own schema says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from tapecheck.contracts import EventName, Pointer, Stream
from tapecheck.model import JSONValue

PRESENT: Final[JSONValue] = {"type": ["string", "number", "boolean", "object", "array"]}
"""Anything but null."""

ABSENT: Final[JSONValue] = {"type": "null"}
"""Null, or nothing where null is not allowed."""

_MOST: Final = 16


def at(parts: Pointer, wish: JSONValue, *, needed: bool) -> JSONValue:
    """Return the wish for what a pointer leads to: `*` is every item; `needed` if all on the way must be there."""
    if not parts:
        return wish
    below = at(parts[1:], wish, needed=needed)
    head = parts[0]
    if head == "*":
        return {"items": below, "minItems": 1} if needed else {"items": below}
    if head.isdecimal():
        items: list[JSONValue] = [*([{}] * int(head)), below]
        return {"prefixItems": items, "minItems": len(items)} if needed else {"prefixItems": items}
    return {"properties": {head: below}, "required": [head]} if needed else {"properties": {head: below}}


def present(parts: Pointer) -> JSONValue:
    """Wish that a pointer leads to something other than null."""
    return at(parts, PRESENT, needed=True)


def absent(parts: Pointer) -> JSONValue:
    """Wish that a pointer leads to nothing but null."""
    return at(parts, ABSENT, needed=False)


def naming(stream: Stream, name: str) -> Iterator[list[JSONValue]]:
    """Yield sets of wishes, each of which makes an event bear a name, as far as its schema allows."""
    if stream.name_at is not None:
        yield [at(stream.name_at, {"const": name}, needed=True)]
        return
    for place, one in enumerate(stream.names):
        if one.name == name:
            own = [present(one.when)] if one.when is not None else []
            own += [absent(one.unless)] if one.unless is not None else []
            others = [list(_not_named(other, one)) for other in stream.names[:place] if other.name != name]
            yield from ([*own, *ways] for ways in islice(product(*others), _MOST))


def _not_named(other: EventName, one: EventName) -> Iterator[JSONValue]:
    """Yield the ways in which an event does not bear a name that would come first."""
    if other.when is not None and other.when != one.when:
        yield absent(other.when)
    if other.unless is not None:
        yield present(other.unless)
