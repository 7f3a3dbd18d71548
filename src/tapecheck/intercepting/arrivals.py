"""When to look again for libraries that somebody imports: code may import them as late as in the midst of a test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from typing import Any


class Arrivals(MetaPathFinder):
    """Calls a function before each import of a module that is not there yet, for as long as it is open.

    The libraries in question import more once their clients are defined, at the latest when a client is made. So the
    function has looked before the first request is made.

    Args:
        look: the function; it must not import anything.
    """

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._finders: list[Any] = []

    def open(self) -> None:
        """Look now, and from now on."""
        self._look()
        self._finders = sys.meta_path
        self._finders.insert(0, self)

    def close(self) -> None:
        """Look no more, also where a test has put a list of its own in the place of the finders, or a copy."""
        for finders in (self._finders, sys.meta_path):
            if self in finders:
                finders.remove(self)

    def find_spec(self, *_: object) -> None:
        """Find nothing: the finders behind this one do that."""
        self._look()
