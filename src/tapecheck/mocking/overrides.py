"""The overrides of dependencies of FastAPI's applications."""

from __future__ import annotations

import gc
from types import ModuleType
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from tapecheck.mocking.hooks import Function, Hooks
from tapecheck.mocking.stage import Stage

if TYPE_CHECKING:
    from fastapi import FastAPI

_ANYBODY: Final = -1


class Applications:
    """Knows the applications that there are, and what is overridden in those that are older than the running test."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._made_by: WeakKeyDictionary[FastAPI, int] = WeakKeyDictionary()

    def take_in(self, library: ModuleType, hooks: Hooks) -> None:
        """Look for applications that have been made already, once, and watch for more; the library is FastAPI."""
        kind: type[FastAPI] = library.FastAPI
        for one in gc.get_objects():
            if issubclass(type(one), kind):  # `isinstance` would ask objects that pretend to be others
                self._made_by[one] = _ANYBODY
        hooks.put(kind, "__init__", self._around_init)

    def overrides(self) -> dict[tuple[FastAPI, object], object]:
        """Return what each application that is not the running test's own puts in the place of each dependency."""
        return {
            (application, dependency): override
            for application, turn in list(self._made_by.items())
            if turn != self._stage.turn
            for dependency, override in getattr(application, "dependency_overrides", {}).items()
        }

    def _around_init(self, init: Function) -> Function:
        def made(application: FastAPI, *args: object, **options: object) -> None:
            init(application, *args, **options)
            self._made_by[application] = self._stage.turn if self._stage.is_own else _ANYBODY

        return made
