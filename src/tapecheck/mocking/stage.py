"""The test that is running, and what has been seen of it so far."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tapecheck.mocking.places import Caller, Place
from tapecheck.model import Headers, Request, RunningTest

if TYPE_CHECKING:
    from unittest.mock import NonCallableMock, _patch


@dataclass(slots=True, kw_only=True, eq=False)
class Patched:
    """A patch of unittest.mock that has been entered.

    Attributes:
        patcher: what `patch` returned.
        target: what was patched, dotted.
        original: what was there; `unittest.mock.DEFAULT` where there was nothing.
        new: what is there instead.
        mock: the mock in it, None where it is none: an autospecced function is a function that has one.
        children: ids of the mocks below it that were there from the beginning.
        by: who entered it.
        is_body: whether it was the test function that entered it, and no fixture.
    """

    patcher: _patch[object]
    target: str
    original: object
    new: object
    mock: NonCallableMock | None
    children: frozenset[int]
    by: Caller
    is_body: bool

    @property
    def attribute(self) -> str:
        """Return the name that was patched."""
        return self.patcher.attribute


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An answer of respx or responses that the test function set up.

    Attributes:
        what: it is, in words.
        place: where it was set up.
        used: tells whether any request got it.
    """

    what: str
    place: Place
    used: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A mocked answer that code has got.

    Attributes:
        by: who gave it, in words.
        request: that it answers, without headers.
        content: tells its body, once the test function has returned; None where nobody knows.
    """

    by: str
    request: Request
    status: int
    headers: Headers
    content: Callable[[], bytes | None]


@dataclass(slots=True, kw_only=True, eq=False)
class Scene:
    """A test that is running.

    Attributes:
        is_body: whether its function is running, and no fixture.
        patched: whatever it, or any fixture that was set up for it, has patched.
        asked: mocks that were asserted not to have been called, or were called before they were reset; routes that
            have got a request.
    """

    test: RunningTest
    is_body: bool = False
    patched: list[Patched] = field(default_factory=list)
    registered: list[Registered] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """Something that was put in place and has not been taken back yet.

    Attributes:
        what: that it is still there, in words.
        scene: the test whose own doing it is; None for a wider fixture's.
    """

    thing: object
    what: str
    by: Caller
    scene: Scene | None


@dataclass(slots=True, kw_only=True, eq=False)
class Stage:
    """What all that watch look at.

    Attributes:
        scene: the test that is running, if any.
        turn: its number.
        sharing: how many wider fixtures are being set up.
        standing: what is in place, oldest first.
    """

    scene: Scene | None = None
    turn: int = 0
    sharing: int = 0
    standing: list[Standing] = field(default_factory=list)

    @property
    def is_body(self) -> bool:
        """Tell whether the function of a test is running."""
        return self.scene is not None and self.scene.is_body and not self.sharing

    @property
    def is_own(self) -> bool:
        """Tell whether what happens now is the running test's own doing, and no wider fixture's."""
        return self.scene is not None and not self.sharing

    def put(self, thing: object, what: str, by: Caller) -> None:
        """Note that something was put in place."""
        scene = self.scene if self.is_own else None
        self.standing.append(Standing(thing=thing, what=what, by=by, scene=scene))

    def take(self, thing: object) -> None:
        """Note that something was taken back: what was put in place last, if it was so more than once."""
        for one in reversed(tuple(self.standing)):  # which other threads may change meanwhile
            if one.thing is thing:
                with suppress(ValueError):
                    self.standing.remove(one)
                return
