"""The test that is running, as far as findings speak of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTest:
    """A test that is running.

    Attributes:
        name: as the test runner names it, such as `tests/test_chat.py::test_answer`.
        path: of its file, as findings shall name it.
        line: 1-based, where it begins in that file.
        read_source: returns its text, or an empty one where it cannot be had; few ask for it.
    """

    name: str
    path: Path
    line: int
    read_source: Callable[[], str] = str

    @property
    def source(self) -> str:
        """Return the text of the test."""
        return self.read_source()
