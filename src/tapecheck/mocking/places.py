"""Who called: the line of a user's own code, or a library."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Final

from tapecheck.model import RunningTest

_TRANSPARENT: Final = frozenset({"unittest", "contextlib", "pytest_mock", "tapecheck"})
"""Packages that act for whoever calls them."""
_RUNNERS: Final = frozenset({"_pytest", "pluggy"})
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
_STANDARD_LIBRARY: Final = str(Path(os.__file__).parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file, both as the interpreter has them."""

    path: str
    line: int

    def is_in(self, test: RunningTest) -> bool:
        """Tell whether it is in the file of a test, whatever folder that one's path counts from."""
        parts = test.path.parts
        return Path(self.path).parts[-len(parts) :] == parts

    def is_within(self, test: RunningTest) -> bool:
        """Tell whether it is in the text of a test itself."""
        return self.is_in(test) and 0 <= self.line - test.line < len(test.source.splitlines())

    def __str__(self) -> str:
        """Return `file:line`, the file relative to the working directory if it is below it."""
        path = Path(self.path)
        with suppress(OSError, ValueError):  # there may be no working directory any more
            path = path.relative_to(Path.cwd())
        return f"{path.as_posix()}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who called.

    Attributes:
        place: the innermost line of code that is no library's, of a decorator that of the function which it is around;
            None where there is none.
        library: the library that called, None where it was the user's own code.
        is_decorator: whether a decorator of unittest.mock called, around a function or around each method of a class.
        is_managed: whether pytest-mock called, which undoes what it does.
    """

    place: Place | None = None
    library: str | None = None
    is_decorator: bool = False
    is_managed: bool = False


def caller() -> Caller:
    """Tell who called the function of a library that is wrapped, which acts for others in turn."""
    library, is_managed = None, False
    for frame in _frames():
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        is_managed = is_managed or package == "pytest_mock"
        if package in _TRANSPARENT:
            if (decorated := _decorated(frame)) is not None:
                return decorated
        elif package in _RUNNERS:
            break
        elif not _is_installed(frame.f_code.co_filename):
            place = Place(path=frame.f_code.co_filename, line=frame.f_lineno)
            return Caller(place=place, library=library, is_managed=is_managed)
        else:
            library = library or package
    return Caller(library=library, is_managed=is_managed)


def _decorated(frame: FrameType) -> Caller | None:
    """Tell whose function a decorator is around that is at work in a frame; None where none is."""
    function = frame.f_locals.get("func") if frame.f_code.co_name == "patched" else None
    if not callable(function):
        return None
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None or not _is_installed(code.co_filename):
        place = None if code is None else Place(path=code.co_filename, line=code.co_firstlineno)
        return Caller(place=place, is_decorator=True)
    return Caller(library=(function.__module__ or "").partition(".")[0], is_decorator=True)


def _frames() -> Iterator[FrameType]:
    frame = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


@cache
def _is_installed(path: str) -> bool:
    return path.startswith((_STANDARD_LIBRARY, "<frozen")) or not _INSTALLED.isdisjoint(Path(path).parts)
