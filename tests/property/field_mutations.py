"""Fields that are gone, of another type, or another constant."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from tapecheck.model import JSONValue
from tests.property.evidence import Evidence, Path, Spot, spots
from tests.property.plan import OPTIONAL, Plan

ALWAYS: Final = 0.999
"""A field in so many of the objects at its place is a required one."""

GROWING: Final = frozenset({"finishReason", "modality", "payer", "service_tier", "serviceTier"})
"""Fields whose values are documented as a set to which providers add; another value is drift."""

_OTHERS: Final[Mapping[str, JSONValue]] = {
    "string": "tapecheck",
    "integer": 12,
    "boolean": True,
    "array": ["tapecheck"],
    "object": {"tapecheck": 1},
}
_NUMBERS: Final = frozenset({"integer", "number"})

Write = Callable[[JSONValue], bytes]


def field_plans(root: JSONValue, evidence: Evidence, prefix: str, write: Write) -> Iterator[Plan]:
    """Yield everything that can be done to the fields of a value, one field for each place.

    Args:
        root: a document or the data of an event.
        evidence: what is known of values of its form.
        prefix: comes before each place.
        write: makes the body from the broken value.
    """
    for spot in {one.place: one for one in spots(root)}.values():
        place, required = prefix + spot.place, evidence.share(spot) >= ALWAYS
        rank = "" if required else OPTIONAL

        def plan(kind: str, value: JSONValue, where: str = place, spot: Spot = spot) -> Plan:
            return Plan(kind, where, lambda: write(replaced(root, spot, value)))

        if required:
            yield Plan("field gone", place, partial(_write_without, root, spot, write))
        seen = evidence.types(spot)
        yield from (plan(f"wrong type{rank}", new, f"{place} -> {name}") for name, new in _others(seen, spot.value))
        if seen and "null" not in seen:
            yield plan(f"null{rank}", None)
        if evidence.constant(spot):
            yield plan(_constant_kind(spot, rank), f"{spot.value}x")
            yield plan(_constant_kind(spot, rank), "tapecheck")


def replaced(root: JSONValue, spot: Spot, value: JSONValue) -> JSONValue:
    """Return a copy with another value in a field."""
    fresh = copy.deepcopy(root)
    _holder(fresh, spot.path)[spot.key] = value
    return fresh


def without(root: JSONValue, spot: Spot) -> JSONValue:
    """Return a copy that lacks a field."""
    fresh = copy.deepcopy(root)
    del _holder(fresh, spot.path)[spot.key]
    return fresh


def _write_without(root: JSONValue, spot: Spot, write: Write) -> bytes:
    return write(without(root, spot))


def _holder(root: JSONValue, path: Path) -> dict[str, JSONValue]:
    value = root
    for step in path:
        if isinstance(value, dict):
            value = value[str(step)]
        elif isinstance(value, list):
            value = value[int(step)]
    assert isinstance(value, dict)
    return value


def _constant_kind(spot: Spot, rank: str) -> str:
    if spot.key in GROWING:
        return "wrong value of a set that grows"
    # The name of a variant is constant only among its own kind, and variants are added.
    return "wrong variant" if spot.key == "type" and spot.path else f"wrong constant{rank}"


def _others(seen: frozenset[str], value: JSONValue) -> Iterator[tuple[str, JSONValue]]:
    """Yield a value of each type that was never seen at a place; for a number also the same in quotes."""
    if value is None or not seen:
        return
    known = seen | _NUMBERS if seen & _NUMBERS else seen
    for name, other in _OTHERS.items():
        if name not in known:
            yield name, str(value) if name == "string" and known & _NUMBERS else other
