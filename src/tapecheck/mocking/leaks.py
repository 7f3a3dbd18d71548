"""TC505: what a test leaves behind."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from tapecheck.mocking.places import Place
from tapecheck.mocking.stage import Scene, Standing
from tapecheck.mocking.verdicts import finding
from tapecheck.model import Code, Finding, RunningTest

if TYPE_CHECKING:
    from fastapi import FastAPI

_HINT: Final = "Undo it where it is done: by `with`, a fixture that yields, `monkeypatch`, `mocker` or `addCleanup`."
_OTHERS: Final = ("PYTEST_", "COV_CORE_", "COVERAGE_")
"""How the variables begin that the test runner and its plugins set."""
_BY_TERMINALS: Final = frozenset({"COLUMNS", "LINES"})


def environment() -> dict[str | bytes, object]:
    """Return a copy of the environment, its names as the system has them: telling them apart needs no decoding."""
    return {**getattr(os.environ, "_data", os.environ)}


def left_standing(standing: Iterable[Standing], scene: Scene) -> Iterator[Finding]:
    """Yield a finding for each thing that a test has put in place and not taken back; those of a library together.

    pytest-mock takes its own back when the fixture ends, and respx's patches are told of by its routers.
    """
    told: set[tuple[str, Place | None]] = set()
    for one in standing:
        library, place = one.by.library, one.by.place
        if one.scene is not scene or one.by.is_managed or library == "respx":
            continue
        if library is None:
            yield _left(scene.test, one.what, place)
        elif (library, place) not in told:
            told.add((library, place))
            yield _left(scene.test, f"{library} is still at work: {one.what}", place)


def left_variables(changed: Mapping[str | bytes, str], test: RunningTest) -> Iterator[Finding]:
    """Yield one finding for all variables of the environment that are not what they were; their values are not told."""
    names = {os.fsdecode(name): how for name, how in changed.items()}
    own = {name: how for name, how in names.items() if not name.startswith(_OTHERS) and name not in _BY_TERMINALS}
    if own:
        listed = ", ".join(f"{name} is {how}" for name, how in sorted(own.items()))
        yield _left(test, f"the environment is not what it was: {listed}", None)


def left_overrides(changed: Mapping[tuple[FastAPI, object], str], test: RunningTest) -> Iterator[Finding]:
    """Yield a finding for each override of a dependency that an application did not have before, or has no more."""
    for (application, dependency), how in changed.items():
        name = getattr(dependency, "__qualname__", type(dependency).__qualname__)
        title = getattr(application, "title", "FastAPI")
        yield _left(test, f"the override of {name} in the dependency_overrides of {title!r} is {how}", None)


def _left(test: RunningTest, message: str, place: Place | None) -> Finding:
    return finding(Code.LEAK, test, f"after the test {message}", _HINT, place)
