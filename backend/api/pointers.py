"""Where in a request a fault is, as a JSON pointer (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

Location: TypeAlias = Sequence[int | str]

_BODY: Final = "body"
_MISSING: Final = "missing"
"""Pydantic's kind of an error that points to what is not there."""


def pointer(location: Location, kind: str, body: object) -> str:
    """Return the pointer of an error of pydantic; it begins with `/body`, `/path`, `/query` or `/header`.

    Args:
        location: what pydantic gives; among its parts are the tags of unions, which are not in the document.
        kind: the type of the error.
        body: the document.
    """
    source, *parts = location
    found = _present(parts, kind, body) if source == _BODY else parts
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in (source, *found))


def _present(parts: Location, kind: str, value: object) -> Iterator[int | str]:
    """Yield the parts that lead through the document, and the last one where just that is missing."""
    for place, part in enumerate(parts, start=1):
        keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        if part in keys:
            value = value[part]  # type: ignore[index]  # it has keys
            yield part
        elif kind == _MISSING and place == len(parts):
            yield part
