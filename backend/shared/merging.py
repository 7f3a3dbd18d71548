"""Three-way merge of JSON: what two writers made of the same value, put together.

What is merged is what RFC 7396 would call patches, from the base to each side. But that format writes a removal as null
and so cannot set a member to null; here values are compared with values, and null is a value like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from pydantic import JsonValue


class _Absent(Enum):
    """A member that an object does not have, which is not the same as one that is null."""

    ABSENT = "absent"


_ABSENT: Final = _Absent.ABSENT
_Side: TypeAlias = JsonValue | _Absent
_Path: TypeAlias = tuple["_Path", str] | None
"""The names that lead to a value, the last one first: each shares the way with its neighbours."""

MOST_CONFLICTS: Final = 100
_MOST_CHARACTERS: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge.

    Attributes:
        value: with the changes of both sides; where they are in conflict, as it is in `theirs`.
        conflicts: JSON pointers (RFC 6901) to what both sides changed, and not to the same; at most `MOST_CONFLICTS`.
    """

    value: JsonValue
    conflicts: tuple[str, ...]


def merge(base: JsonValue, theirs: JsonValue, mine: JsonValue) -> Merged:
    """Merge two values that were made of the same one.

    Objects are merged member by member, also those that both sides put where there was none; arrays and scalars are
    atomic. The order of members is that of `theirs`.

    Args:
        base: what both sides read.
        theirs: what one made of it.
        mine: what the other made of it.
    """
    conflicts: list[_Path] = []
    value = _merge((base, theirs, mine), None, conflicts)
    assert value is not _ABSENT  # noqa: S101 - a root is absent on no side
    return Merged(value=value, conflicts=tuple(_shown(conflicts)))


def _shown(conflicts: Sequence[_Path]) -> Iterator[str]:
    """Yield pointers to the first conflicts, and no more than a refusal can hold: each repeats the names above it."""
    room = _MOST_CHARACTERS
    for path in conflicts[:MOST_CONFLICTS]:
        yield (text := _pointer(path))
        if (room := room - len(text)) <= 0:
            return


def _merge(sides: tuple[_Side, _Side, _Side], path: _Path, conflicts: list[_Path]) -> _Side:
    base, theirs, mine = sides
    if isinstance(theirs, dict) and isinstance(mine, dict):
        return _members((base if isinstance(base, dict) else {}, theirs, mine), path, conflicts)
    if is_same(theirs, mine) or is_same(base, mine):
        return theirs
    if is_same(base, theirs):
        return mine
    conflicts.append(path)
    return theirs


def _members(
    sides: tuple[dict[str, JsonValue], dict[str, JsonValue], dict[str, JsonValue]],
    path: _Path,
    conflicts: list[_Path],
) -> JsonValue:
    base, theirs, mine = sides
    merged: dict[str, JsonValue] = {}
    for name in theirs | mine:
        of_each = (base.get(name, _ABSENT), theirs.get(name, _ABSENT), mine.get(name, _ABSENT))
        value = _merge(of_each, (path, name), conflicts)
        if value is not _ABSENT:
            merged[name] = value
    return merged


def is_same(one: _Side, other: _Side) -> bool:
    """Tell whether two values are the same JSON: 1 and 1.0 are, but not 1 and true, which are equal in Python."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _pointer(path: _Path) -> str:
    parts: list[str] = []
    while path is not None:
        path, name = path
        parts.append("/" + name.replace("~", "~0").replace("/", "~1"))
    return "".join(reversed(parts))
