"""When to look again for libraries that somebody imports: code may import them as late as in the midst of a test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from threading import RLock
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
        self._lock = RLock()
        self._is_open = False

    def open(self) -> None:
        """Look now, and from now on."""
        self._is_open = True
        self._look()
        self._finders = sys.meta_path
        self._finders.insert(0, self)

    def close(self) -> None:
        """Look no more, also where a test has put a list of its own in the place of the finders, or a copy."""
        with self._lock:
            self._is_open = False
        before = sys.meta_path
        if self in before:  # an import that is under way in another thread would miss one if the list itself changed
            sys.meta_path = [finder for finder in before if finder is not self]
        if self._finders is not before and self in self._finders:
            self._finders.remove(self)

    def find_spec(self, *_: object) -> None:
        """Find nothing: the finders behind this one do that."""
        with self._lock:
            if self._is_open:
                self._look()
