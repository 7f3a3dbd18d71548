"""Attributes of classes, replaced for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final

Function = Callable[..., Any]
"""A method of a library: what it takes and gives is the library's affair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patch:
    owner: type
    name: str
    original: Function
    replacement: Function


class Patches:
    """What one owner has replaced, to be taken back in the reverse order."""

    def __init__(self) -> None:
        self._made: Final[list[_Patch]] = []
        self._lock: Final = RLock()

    def put(self, owner: type, name: str, around: Callable[[Function], Function]) -> None:
        """Replace a method of a class, once, in however many threads this is called.

        Args:
            owner: the class that defines the method.
            name: of the method.
            around: makes the replacement from the original.
        """
        with self._lock:
            if any((patch.owner, patch.name) == (owner, name) for patch in self._made):
                return
            original = vars(owner)[name]
            replacement = around(original)
            setattr(owner, name, replacement)
            self._made.append(_Patch(owner=owner, name=name, original=original, replacement=replacement))

    def take_back(self) -> None:
        """Put each original back, unless somebody else has replaced it since and so has it to put back."""
        while self._made:
            patch = self._made.pop()
            if vars(patch.owner).get(patch.name) is patch.replacement:
                setattr(patch.owner, patch.name, patch.original)
