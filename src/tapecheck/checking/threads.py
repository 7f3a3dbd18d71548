"""Values that tie events of a stream together: keys, and items within events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tapecheck.contracts import Pointer
from tapecheck.model import JSONValue, find

Key = tuple[str, ...]
"""The values at the pointers of a key, each as its JSON type and text, so that 1, "1" and true stay apart."""


def key_of(value: JSONValue, pointers: Sequence[Pointer]) -> Key | None:
    """Return the values at the pointers of a key; None where one of them is not there."""
    found = [next((repr(one) for _, one in find(value, parts)), None) for parts in pointers]
    present = tuple(one for one in found if one is not None)
    return present if len(present) == len(found) else None


def items(value: JSONValue, each: Pointer) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each item that a pointer with `*` leads to."""
    for path, _ in find(value, each):
        yield path


def bind(parts: Pointer, each: Pointer, path: Sequence[str | int]) -> Pointer:
    """Replace the first `*` of a pointer by the index that an item has at the first `*` of `each`, and so on."""
    indexes = iter([str(step) for step, part in zip(path, each, strict=True) if part == "*"])
    return tuple(next(indexes, "*") if part == "*" else part for part in parts)


def describe(pointers: Sequence[Pointer], key: Key) -> str:
    """Write a key for a message, such as ` (index 0)`; nothing for an empty one."""
    pairs = ", ".join(f"{parts[-1] if parts else 'value'} {one}" for parts, one in zip(pointers, key, strict=True))
    return f" ({pairs})" if pairs else ""
