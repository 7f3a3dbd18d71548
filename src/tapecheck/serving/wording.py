"""Our words in the provider's own shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tapecheck.model import JSONValue

_TELLING: Final = ("message", "detail", "error_description", "description", "title", "error", "reason")
"""Names of fields that speak to people, the most usual first."""

Path = tuple[str | int, ...]


def worded(value: JSONValue, message: str, is_valid: Callable[[JSONValue], bool]) -> JSONValue:
    """Return a body with a message in the string that is most like one; the body itself where none may say it.

    Args:
        value: the body of an error.
        message: what it shall say.
        is_valid: tells whether a body keeps the contract.
    """
    for path in sorted(_strings(value), key=_rank):
        changed = _put(value, path, message)
        if is_valid(changed):
            return changed
    return value


def _rank(path: Path) -> tuple[int, int]:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    return _TELLING.index(name) if name in _TELLING else len(_TELLING), len(path)


def _strings(value: JSONValue, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each string."""
    if isinstance(value, str):
        yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in below:
        yield from _strings(inner, (*path, step))


def _put(value: JSONValue, path: Path, message: str) -> JSONValue:
    """Return a copy with another string at a path."""
    if not path:
        return message
    head, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_put(below, rest, message) if index == head else below for index, below in enumerate(value)]
    fields = value.items() if isinstance(value, dict) else ()
    return {key: _put(below, rest, message) if key == head else below for key, below in fields}
