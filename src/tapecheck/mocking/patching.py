"""Watches unittest.mock: what is patched, by whom, and what is still patched later."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from tapecheck.mocking.hooks import Function, Hooks
from tapecheck.mocking.mocks import ids_below, mock_of
from tapecheck.mocking.places import caller
from tapecheck.mocking.stage import Patched, Stage

if TYPE_CHECKING:
    from unittest.mock import NonCallableMock, _patch, _patch_dict

__tracebackhide__ = True  # pytest leaves out what only passes calls on


class Patching:
    """Watches unittest.mock, and with it pytest-mock, which stands on it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def take_in(self, library: ModuleType, hooks: Hooks) -> None:
        """Watch the library, which is unittest.mock."""
        patch = type(library.patch("os.name"))  # resolves the name when it is entered, so never
        hooks.put(patch, "__enter__", self._around_enter)
        hooks.put(patch, "__exit__", self._around_end)
        dictionary = type(library.patch.dict({}))
        hooks.put(dictionary, "start", self._around_start)
        hooks.put(dictionary, "stop", self._around_end)
        hooks.put(library.NonCallableMock, "assert_not_called", self._around_asking)
        hooks.put(library.NonCallableMock, "reset_mock", self._around_reset)
        hooks.put(_owner_of(library.AsyncMock, "assert_not_awaited"), "assert_not_awaited", self._around_asking)

    def _around_enter(self, enter: Function) -> Function:
        def entered(patcher: _patch[object]) -> object:
            result = enter(patcher)
            patched = _patched(patcher, result, is_body=self._stage.is_body)
            self._stage.put(patcher, f"{patched.target} is still patched", patched.by)
            if self._stage.scene is not None:
                self._stage.scene.patched.append(patched)
            return result

        return entered

    def _around_start(self, start: Function) -> Function:
        def started(patcher: _patch_dict) -> object:
            name = patcher.in_dict if isinstance(patcher.in_dict, str) else f"a {type(patcher.in_dict).__name__}"
            result = start(patcher)  # which looks a name up
            self._stage.put(patcher, f"`patch.dict` of {name} is still started", caller())
            return result

        return started

    def _around_end(self, end: Function) -> Function:
        def ended(patcher: object, *exc_info: object) -> object:
            self._stage.take(patcher)
            return end(patcher, *exc_info)

        return ended

    def _around_asking(self, ask: Function) -> Function:
        def assertion(mock: NonCallableMock) -> object:
            self._note(mock, lambda: True)
            return ask(mock)

        return assertion

    def _around_reset(self, reset: Function) -> Function:
        def reset_mock(mock: NonCallableMock, *args: object, **options: object) -> object:
            self._note(mock, lambda: mock.called or bool(mock.mock_calls))  # a child's calls are not its own
            return reset(mock, *args, **options)

        return reset_mock

    def _note(self, mock: NonCallableMock, is_known: Callable[[], bool]) -> None:
        if self._stage.scene is not None and is_known():
            self._stage.scene.asked.append(mock)


def _owner_of(kind: type, name: str) -> type:
    return next(one for one in kind.__mro__ if name in vars(one))


def _patched(patcher: _patch[object], result: object, *, is_body: bool) -> Patched:
    new = result if patcher.attribute_name is None else patcher.new
    if patcher.attribute_name is not None and isinstance(result, dict):
        new = result.get(patcher.attribute_name, new)
    mock = mock_of(new)
    return Patched(
        patcher=patcher,
        target=f"{_name_of(patcher.target)}.{patcher.attribute}",
        original=patcher.temp_original,
        new=new,
        mock=mock,
        children=frozenset() if mock is None else ids_below(mock),
        by=caller(),
        is_body=is_body,
    )


def _name_of(target: object) -> str:
    if isinstance(target, ModuleType):
        return target.__name__
    kind = target if isinstance(target, type) else type(target)
    return f"{kind.__module__}.{kind.__qualname__}"
