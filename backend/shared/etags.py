"""Versions as entity tags, and the headers that hold them (RFC 9110, sections 8.8.3 and 13.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TAG: Final = r'(?:W/)?"[!#-~\x80-\xff]*"'
PATTERN: Final = rf"^[ \t]*(?:\*|{_TAG}(?:[ \t]*,[ \t]*{_TAG})*)[ \t]*$"
"""What a header `If-Match` or `If-None-Match` may be."""

_FIND: Final = re.compile(_TAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a header asks for.

    Attributes:
        any: it is `*`, which every version matches.
        tags: those it lists, weak ones with their `W/`.
    """

    any: bool = False
    tags: frozenset[str] = frozenset()

    def match_strongly(self, version: int) -> bool:
        """Tell whether a version is meant, as `If-Match` compares; 0 is none at all."""
        return version > 0 and (self.any or tag(version) in self.tags)

    def match_weakly(self, version: int) -> bool:
        """Tell whether a version is meant, as `If-None-Match` compares."""
        return self.match_strongly(version) or f"W/{tag(version)}" in self.tags


def tag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def parse(header: str | None) -> Tags | None:
    """Read a header that matches `PATTERN`; None where there is none."""
    if header is None:
        return None
    if header.strip() == "*":
        return Tags(any=True)
    return Tags(tags=frozenset(_FIND.findall(header)))
