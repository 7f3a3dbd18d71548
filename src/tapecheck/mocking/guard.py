"""Watches the mocks of a session, test by test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from tapecheck.mocking import leaks
from tapecheck.mocking.answers import Judge
from tapecheck.mocking.baseline import Baseline
from tapecheck.mocking.clients import mocked_answers
from tapecheck.mocking.first_party import mocked_away
from tapecheck.mocking.hooks import Hooks
from tapecheck.mocking.overrides import Applications
from tapecheck.mocking.patching import Patching
from tapecheck.mocking.registered_responses import Registrations
from tapecheck.mocking.respx_routers import Routers
from tapecheck.mocking.specs import without_spec
from tapecheck.mocking.stage import Scene, Stage
from tapecheck.mocking.transports import CLIENTS, Transports
from tapecheck.mocking.unused import unused
from tapecheck.model import Finding, RunningTest

if TYPE_CHECKING:
    from tapecheck.contracts import Contracts

TakeIn = Callable[[ModuleType, Hooks], None]


class MockGuard:
    """Guards tests against their own mocks (TC501 to TC505): unittest.mock, pytest-mock, respx and responses.

    Libraries are watched once somebody has imported them, and unittest.mock when the file of a test speaks of mocks. It
    detects what tests leave behind and cleans nothing up; the next test is not blamed for it.

    Args:
        contracts: gives the contracts; it is called when there is the first mocked answer that may fall under one.
        first_party: dotted names of packages and modules that tests shall run, and not mock away.
    """

    def __init__(self, contracts: Callable[[], Contracts], *, first_party: Sequence[str]) -> None:
        self._first_party = first_party
        self._judge = Judge(contracts)
        self._stage = Stage()
        self._hooks = Hooks()
        self._applications = Applications(self._stage)
        self._environment = Baseline(leaks.environment)
        self._overrides = Baseline(self._applications.overrides)
        self._waiting = self._libraries()
        self._read: set[Path] = set()

    def __enter__(self) -> MockGuard:
        """Watch what has been imported."""
        self._take_in()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self._hooks.take_back()
        self._waiting = self._libraries()
        self._stage.scene = None

    def begin(self, test: RunningTest, ignored: Sequence[str] = ()) -> None:  # noqa: ARG002
        """Begin a test, before its fixtures are set up; `ignored` says nothing of mocks."""
        if "unittest.mock" in self._waiting and self._speaks_of_mocks(test.path):
            import_module("unittest.mock")  # the test would import it when it is too late to watch
        self._take_in()
        self._stage.scene = Scene(test=test)
        self._stage.turn += 1
        self._environment.begin()
        self._overrides.begin()

    def calling(self) -> None:
        """Note that the fixtures are set up, and that the test function comes next."""
        self._take_in()
        if self._stage.scene is not None:
            self._stage.scene.is_body = True

    def called(self) -> list[Finding]:
        """Return what there is to say of the mocks of a test, once its function has returned or raised.

        Raises:
            ContractError: a contract is broken.
        """
        scene = self._stage.scene
        if scene is None:
            return []
        scene.is_body = False
        answers = [*scene.answers, *mocked_answers(scene)]
        return [
            *without_spec(scene),
            *mocked_away(scene, self._first_party),
            *unused(scene),
            *self._judge.broken(answers, scene.test),
        ]

    def ended(self) -> list[Finding]:
        """Return what a test has left behind, once its fixtures are torn down."""
        scene, self._stage.scene = self._stage.scene, None
        if scene is None:
            return []
        test = scene.test
        return [
            *leaks.left_standing(self._stage.standing, scene),
            *leaks.left_variables(self._environment.changed(), test),
            *leaks.left_overrides(self._overrides.changed(), test),
        ]

    @contextmanager
    def sharing(self, owner: object) -> Iterator[None]:
        """Take what happens meanwhile for the doing of a fixture that is wider than one test."""
        self._take_in()
        self._stage.sharing += 1
        with ExitStack() as stack:
            stack.enter_context(self._environment.sharing(owner))
            stack.enter_context(self._overrides.sharing(owner))
            stack.callback(self._unshare)
            yield

    def shared_ended(self, owner: object) -> None:
        """Note that a wider fixture was torn down: what it had changed is as it left it."""
        self._environment.shared_ended(owner)
        self._overrides.shared_ended(owner)

    def _unshare(self) -> None:
        self._stage.sharing -= 1

    def _take_in(self) -> None:
        """Watch what has been imported since."""
        for name in [name for name in self._waiting if isinstance(sys.modules.get(name), ModuleType)]:
            with suppress(AttributeError):  # a release that is made otherwise is not watched
                self._waiting.pop(name)(sys.modules[name], self._hooks)

    def _speaks_of_mocks(self, path: Path) -> bool:
        """Tell, once, whether the text of a file does."""
        if path in self._read:
            return False
        self._read.add(path)
        try:
            return b"mock" in path.read_bytes()
        except OSError:
            return False

    def _libraries(self) -> dict[str, TakeIn]:
        transports = Transports(self._stage)
        return {
            "unittest.mock": Patching(self._stage).take_in,
            "respx": Routers(self._stage).take_in,
            "responses": Registrations(self._stage).take_in,
            "fastapi": self._applications.take_in,
            **dict.fromkeys(CLIENTS, transports.take_in),
        }
