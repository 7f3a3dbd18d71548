"""TC504: a mock that a test sets up, and that nothing ever uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tapecheck.mocking.mocks import children, holds_values, is_bare, mock_of, module, side_effect
from tapecheck.mocking.stage import Patched, Registered, Scene
from tapecheck.mocking.text import Text
from tapecheck.mocking.verdicts import each_once, finding
from tapecheck.model import Code, Finding

if TYPE_CHECKING:
    from unittest.mock import NonCallableMock

_HINT = "Remove it, or find out why the code does not get there; assert that it is not called if that is the point."
_LIBRARIES = frozenset({"respx", "respx_mock", "responses", "rsps"})
"""By these names tests ask respx and responses for all calls at once."""
_BACKENDS = frozenset({"asyncio", "asyncio+uvloop", "trio"})
"""What anyio's plugin puts into the names of tests."""


def unused(scene: Scene) -> Iterator[Finding]:
    """Yield a finding for each mock, route or answer that is set up in the text of the test and never used.

    Nobody can tell for a test that runs with several parameters: a mock may be for some of them.
    """
    candidates: list[Patched | Registered] = [*_patches(scene), *_registered(scene)]
    if not candidates or _has_parameters(scene.test.name):
        return
    text = Text.read(scene.test)
    if text is not None:
        yield from (told for candidate in candidates if (told := _judge(scene, text, candidate)) is not None)


def _judge(scene: Scene, text: Text, candidate: Patched | Registered) -> Finding | None:
    if isinstance(candidate, Registered):
        names = text.names_at(candidate.place.line) | _LIBRARIES
        what, place = f"{candidate.what} is set up and never asked for", candidate.place
    elif candidate.by.place is None or (candidate.by.is_decorator and not text.decorates(candidate.attribute)):
        return None  # a decorator of the class, which not each of its tests has to use
    else:
        place = candidate.by.place
        names = text.parameters() if candidate.by.is_decorator else text.names_at(place.line, candidate.attribute)
        names, what = names | {candidate.attribute}, f"{candidate.target} is patched and never used"
    return None if text.looks_at(names) else finding(Code.UNUSED_MOCK, scene.test, what, _HINT, place)


def _patches(scene: Scene) -> Iterator[Patched]:
    for patches in each_once(scene):
        if all(_is_unused(patched, scene.asked) for patched in patches) and _is_own(patches[0], scene):
            yield patches[0]


def _is_own(patched: Patched, scene: Scene) -> bool:
    return patched.by.place is not None and patched.by.place.is_within(scene.test)


def _registered(scene: Scene) -> Iterator[Registered]:
    used = {one.place for one in scene.registered if one.used()}
    found = {one.place: one for one in scene.registered if one.place not in used}
    return (one for one in found.values() if one.place.is_within(scene.test))


def _is_unused(patched: Patched, asked: Iterable[object]) -> bool:
    mock, original = patched.mock, patched.original
    if mock is None or not patched.is_body or original is module().DEFAULT:
        return False
    if not (callable(original) or isinstance(original, classmethod)):
        return False
    if holds_values(mock) or _forbids_calls(mock):
        return False
    return not (mock.mock_calls or _was_read(mock, patched.children) or any(_is_below(one, mock) for one in asked))


def _forbids_calls(mock: NonCallableMock) -> bool:
    """Tell whether a call would fail the test: that there is none is what it is for."""
    effect = side_effect(mock)
    return issubclass(effect if isinstance(effect, type) else type(effect), AssertionError)


def _was_read(mock: NonCallableMock, known: frozenset[int]) -> bool:
    """Tell whether somebody has read an attribute: that leaves a mock behind which nobody has configured."""
    seen: set[int] = set()
    waiting = [mock]
    while waiting:
        for name, child in children(waiting.pop()):
            if id(child) not in seen:
                if id(child) not in known and name != "()" and is_bare(child):
                    return True
                seen.add(id(child))
                waiting.append(child)
    return False


def _is_below(one: object, mock: NonCallableMock) -> bool:
    while one is not mock and (within := mock_of(one)) is not None:
        inside = vars(within)
        parent = inside.get("_mock_new_parent")
        one = inside.get("_mock_parent") if parent is None else parent  # `or` would ask a mock whether it is true
    return one is mock


def _has_parameters(name: str) -> bool:
    found = re.search(r"\[(.*)\]$", name)
    return found is not None and not set(found[1].split("-")) <= _BACKENDS
