"""TC503: code that a test is there to test, and that a mock keeps from running."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tapecheck.mocking.mocks import definition_of, mock_of, module, runs
from tapecheck.mocking.stage import Patched, Scene
from tapecheck.mocking.verdicts import each_once, finding
from tapecheck.model import Code, Finding

_TEST_PACKAGES = frozenset({"tests", "test", "conftest"})
_HINT = "Let it run, and mock what it calls of others; or take it out of `first-party` in [tool.tapecheck]."


def mocked_away(scene: Scene, packages: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each patch that puts something else in the place of first-party code.

    What was there decides, and not where it was: `patch("app.service.Client")` replaces what is another's. A spy runs
    the code, and a value that is replaced by a value is no code.

    Args:
        scene: the test.
        packages: dotted names of the packages and modules that are first-party; their tests are not.
    """
    for patches in each_once(scene) if packages else ():
        patched = patches[-1]
        name = _first_party(patched, packages)
        if name is not None:
            message = f"{patched.target} is patched, so that {name} does not run"
            yield finding(Code.MOCKED_FIRST_PARTY, scene.test, message, _HINT, patched.by.place)


def _first_party(patched: Patched, packages: Sequence[str]) -> str | None:
    """Return the dotted name of the first-party code that a patch replaces; None where it is none."""
    original = patched.original
    if original is module().DEFAULT or mock_of(original) is not None or runs(original, patched.new):
        return None
    code = definition_of(original)
    if patched.mock is None and code is type(original):
        return None
    if not _is_in(code.__module__ or "", packages):
        return None
    return f"{code.__module__}.{code.__qualname__}"


def _is_in(name: str, packages: Sequence[str]) -> bool:
    if not any(name == one or name.startswith(f"{one}.") for one in packages):
        return False
    parts = name.split(".")
    return _TEST_PACKAGES.isdisjoint(parts) and not any(part.startswith("test_") for part in parts)
