"""What the guard puts around methods of libraries, for as long as a session lasts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from tapecheck.intercepting.patches import Function, Patches

__all__ = ["Function", "Hooks"]

_MARK: Final = "__tapecheck_mocking__"


class Hooks:
    """Methods that have been wrapped, to be unwrapped in the reverse order.

    A session within a session (pytester) hides what it does from the outer one: its tests are not the outer test's.
    """

    def __init__(self) -> None:
        self._patches = Patches()

    def put(self, owner: type, name: str, around: Callable[[Function], Function]) -> None:
        """Wrap a method that a class itself defines; `around` makes the wrapper from what it is to call.

        Raises:
            AttributeError: the class itself does not define it.
        """
        if name not in vars(owner):
            raise AttributeError(f"{owner.__qualname__} itself has no {name!r}")
        self._patches.put(owner, name, lambda found: _hook(found, around))

    def take_back(self) -> None:
        """Put back what was there, unless somebody else has replaced it since."""
        self._patches.take_back()


def _hook(found: Function, around: Callable[[Function], Function]) -> Function:
    """Make the wrapper of a method, past what other sessions have put around it."""
    while _MARK in vars(found):
        found = vars(found)["__wrapped__"]
    hook = wraps(found)(around(found))
    setattr(hook, _MARK, True)
    return hook
