"""TC502: a patch whose mock answers to any name and takes any arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tapecheck.mocking.mocks import class_of, has_spec, is_builtin, mock_of, module, runs
from tapecheck.mocking.stage import Patched, Scene
from tapecheck.mocking.verdicts import each_once, finding
from tapecheck.model import Code, Finding

if TYPE_CHECKING:
    from unittest.mock import NonCallableMock

_HINT = (
    "Give `patch` autospec=True, or the mock a spec, so that a call which the real {name} would refuse fails here too."
)


def without_spec(scene: Scene) -> Iterator[Finding]:
    """Yield a finding for each patch whose mock has no spec, once the test function has returned.

    There is none where nothing could be held to a spec: what was not there before (`create=True`), what is a mock
    already, and builtin functions, few of which say what they take. A `PropertyMock`, a class of mocks that somebody
    wrote, a sealed mock and a spy know what they stand for.
    """
    for patches in each_once(scene):
        patched = patches[-1]
        if patched.mock is not None and _lacks_spec(patched, patched.mock):
            yield finding(
                Code.MOCK_WITHOUT_SPEC,
                scene.test,
                f"{patched.target} is patched with a {class_of(patched.mock).__name__} without spec",
                _HINT.format(name=patched.attribute),
                patched.by.place,
            )


def _lacks_spec(patched: Patched, mock: NonCallableMock) -> bool:
    original, patcher = patched.original, patched.patcher
    if any(one is not None and one is not False for one in (patcher.autospec, patcher.spec, patcher.spec_set)):
        return False
    if has_spec(mock) or runs(original, patched.new):
        return False
    if original is module().DEFAULT or mock_of(original) is not None or is_builtin(original):
        return False
    kind = class_of(mock)
    return kind.__module__ == module().__name__ and kind is not module().PropertyMock
