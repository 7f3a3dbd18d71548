"""A broken copy before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

UNSEEN: Final = " (unseen)"
"""Ends the kinds that nobody can tell from the real thing."""

OPTIONAL: Final = " (optional)"
"""Ends the kinds that break a field which not every recording has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done, where, and the function that returns the body of the copy."""

    kind: str
    place: str
    make: Callable[[], bytes]
