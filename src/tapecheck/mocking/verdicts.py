"""Findings about mocks: where they are, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tapecheck.mocking.places import Place
from tapecheck.mocking.stage import Patched, Scene
from tapecheck.model import Code, Finding, RunningTest


def finding(code: Code, test: RunningTest, message: str, hint: str, place: Place | None = None) -> Finding:
    """Make a finding about a mock, in the file of the test.

    Args:
        code: says which rule.
        test: that is to be blamed.
        message: what was got.
        hint: what to do next.
        place: the line at fault; the test's own line stands for one that is in another file, which the message names.
    """
    is_here = place is not None and place.is_in(test)
    elsewhere = "" if place is None or is_here else f" ({place})"
    return Finding(
        code=code,
        severity=code.severity,
        message=message + elsewhere,
        cassette=str(test.path),
        line=place.line if place is not None and is_here else test.line,
        hint=hint,
    )


def each_once(scene: Scene) -> Iterator[list[Patched]]:
    """Yield the patches that the user's own code entered, those of one line together: it may have run many times."""
    found: dict[tuple[Place | None, str], list[Patched]] = {}
    for patched in _own(scene.patched):
        found.setdefault((patched.by.place, patched.target), []).append(patched)
    yield from found.values()


def _own(patched: Iterable[Patched]) -> Iterator[Patched]:
    return (one for one in patched if one.by.library is None)
