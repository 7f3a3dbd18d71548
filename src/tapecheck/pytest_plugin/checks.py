"""What each test did with its tapes and its mocks becomes findings, and in mode `enforce` failures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tapecheck.errors import TapecheckError
from tapecheck.model import Code, Finding, Request, Response, RunningTest, Severity
from tapecheck.pytest_plugin.cassette_names import (
    cassette_name,
    has_folder_of_its_module,
    is_named_by_hand,
    is_replayed,
)
from tapecheck.pytest_plugin.markers import Leave, leave
from tapecheck.pytest_plugin.notes import Notes, attach
from tapecheck.pytest_plugin.places import imports_vcr, running_test, speaks_of_tapes
from tapecheck.pytest_plugin.scope import Scope
from tapecheck.pytest_plugin.settings import Mode, Settings, is_worker
from tapecheck.pytest_plugin.tapes import look_at_tapes
from tapecheck.pytest_plugin.text import told

if TYPE_CHECKING:
    from _pytest.fixtures import FixtureDef, SubRequest
    from vcr import VCR

    from tapecheck.intercepting import Watching
    from tapecheck.mocking import MockGuard
    from tapecheck.replaying import ReplayGuard

_OF_PASSED_TESTS: Final = (Code.UNPLAYED, Code.UNUSED_MOCK)
"""Where a test fails or is skipped, it is no wonder that something was not used."""


@dataclass(slots=True)
class _Running:
    """What is known of the test that runs.

    Attributes:
        test: the test.
        leave: what its markers allow.
        notes: what has been found since the last report.
        passed: whether its function has run to its end.
        reasons: for which its teardown fails; None as long as its fixtures are not torn down.
    """

    test: RunningTest
    leave: Leave
    notes: Notes = field(default_factory=Notes)
    passed: bool = False
    reasons: list[str] | None = None


_Look = Callable[[], Iterable[Finding]]
_RUNNING: Final = pytest.StashKey[_Running]()


class Checks:
    """Looks at each test while it runs.

    Args:
        settings: of the run.
        scope: how much of the project's tests it runs.
    """

    def __init__(self, settings: Settings, scope: Scope) -> None:
        self._settings = settings
        self._scope = scope
        self._selection = settings.project.selection()
        self._stack = ExitStack()
        self._watching: Watching | None = None
        self._replays: ReplayGuard | None = None
        self._mocks: MockGuard | None = None
        self._names: Counter[tuple[Path | None, str]] = Counter()

    def recorded(self, request: Request) -> Response | None:
        """Return what a cassette of the running test has for a request, without playing it."""
        return self._replays.peek(request) if self._replays else None

    # --- the run -----------------------------------------------------------------------------------------------------

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """See which cassettes several tests play, whether or not all of them run."""
        if is_replayed(item):
            self._names.update([(item.path, cassette_name(item)), (None, cassette_name(item))])

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Read all markers.

        Raises:
            UsageError: a marker is wrong; a worker of pytest-xdist cannot say so, and lets the test fail instead.
        """
        for item in [] if is_worker(session.config) else session.items:
            leave(item)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note that not all tests run; some plugins call this for none."""
        if items:
            self._scope.narrow()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Note that nobody knows the tests of a file that is skipped or cannot be imported."""
        report = yield
        if not report.passed and speaks_of_tapes(collector.path):
            self._scope.narrow()
        return report

    def pytest_unconfigure(self) -> None:
        """Take back all that was put in place to watch."""
        self._stack.close()

    @pytest.hookimpl(optionalhook=True)
    def pytest_recording_configure(self, vcr: VCR) -> None:
        """Note the record mode that pytest-recording has come to."""
        if self._replays:
            self._replays.configured(str(getattr(vcr.record_mode, "value", vcr.record_mode)))

    # --- a test ------------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        """Begin with a test, before its fixtures do."""
        mistake, allowed = "", Leave()
        try:
            allowed = leave(item)
        except pytest.UsageError as error:  # in a worker of pytest-xdist
            mistake = str(error)
        item.stash[_RUNNING] = _Running(running_test(item), allowed)
        if self._replays:
            self._begin(self._replays, item)
        self._watch(item)
        self._enclose(item)
        result = yield
        if mistake:
            pytest.fail(mistake, pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail the test for what it did."""
        self._watch(item)
        for guard in self._guards():
            guard.calling()
        try:
            result = yield
        except BaseException:
            self._look(item, self._after_call())
            raise
        item.stash[_RUNNING].passed = not getattr(item, "_excinfo", None)  # where unittest keeps its failures
        self._object(self._look(item, self._after_call()))
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail the test for what it left undone, or left behind."""
        try:
            result = yield
        finally:
            for name in ("setup", "teardown"):
                vars(item).pop(name, None)
            self._end(item)
        if (running := item.stash.get(_RUNNING, None)) is not None:
            self._object(running.reasons or [])
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send what was found along with the report, which travels between processes."""
        report = yield
        if (running := item.stash.get(_RUNNING, None)) is not None and self._settings.mode is not Mode.OFF:
            if report.when == "call":
                running.passed = running.passed and report.passed
            self._narrow(item, report)
            running.notes.is_partial = self._scope.is_narrowed
            attach(report, running.notes)
            running.notes = Notes()
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: FixtureDef[object], request: SubRequest
    ) -> Generator[None, object, object]:
        """Let fixtures that several tests share change what they will: they take it back later."""
        if self._mocks is None or request.scope == "function":
            return (yield)
        with self._mocks.sharing(fixturedef):
            return (yield)

    def pytest_fixture_post_finalizer(self, fixturedef: FixtureDef[object]) -> None:
        """Forget what such a fixture had changed."""
        if self._mocks is not None and fixturedef.scope != "function":
            self._mocks.shared_ended(fixturedef)

    # --- within ------------------------------------------------------------------------------------------------------

    def _enclose(self, item: pytest.Item) -> None:
        """Let what a test does with mocks begin and end where its own fixtures do.

        What hooks of a conftest have put in place before, they may take back after all fixtures are torn down. And
        fixtures that it shares with others would take away what it has left behind. pytest calls `setup` and `teardown`
        of a test in between.
        """
        setup, teardown = item.setup, item.teardown

        def beginning() -> None:
            if self._mocks:
                self._begin(self._mocks, item)
            setup()

        def ending() -> None:
            teardown()
            self._end(item)

        item.setup, item.teardown = beginning, ending  # type: ignore[method-assign]

    def _end(self, item: pytest.Item) -> None:
        """Look at what a test has left, once."""
        running = item.stash.get(_RUNNING, None)
        if running is not None and running.reasons is None:
            looks = [*(guard.ended for guard in self._guards()), lambda: self._tapes(item)]
            running.reasons = self._look(item, looks)

    def _narrow(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Note that nobody knows which cassettes a test would have opened itself that was skipped."""
        if report.skipped and not hasattr(report, "wasxfail") and not is_replayed(item) and speaks_of_tapes(item.path):
            self._scope.narrow()

    def _watch(self, item: pytest.Item) -> None:
        """Put the guards in place which there is something to watch for."""
        if self._replays is None and ("vcr" in sys.modules or is_replayed(item) or imports_vcr(item)):
            self._replays = self._stack.enter_context(self._replay_guard())
            self._watching = self._stack.enter_context(_watching())
            self._begin(self._replays, item)
        if self._watching:
            self._watching.take_in()
        if self._mocks is None and self._settings.mode is not Mode.OFF:
            self._mocks = self._stack.enter_context(self._mock_guard())

    def _begin(self, guard: ReplayGuard | MockGuard, item: pytest.Item) -> None:
        running = item.stash[_RUNNING]
        guard.begin(running.test, running.leave.paths)

    def _replay_guard(self) -> ReplayGuard:
        from tapecheck.replaying import ReplayGuard

        return ReplayGuard(
            lambda: self._settings.contracts,
            root=self._settings.root,
            record_mode=self._settings.record_mode,
            ignored=self._settings.project.ignore_request_paths,
        )

    def _mock_guard(self) -> MockGuard:
        from tapecheck.mocking import MockGuard

        return MockGuard(lambda: self._settings.contracts, first_party=self._settings.project.first_party)

    def _guards(self) -> list[ReplayGuard | MockGuard]:
        return [guard for guard in (self._replays, self._mocks) if guard is not None]

    def _after_call(self) -> list[_Look]:
        return [guard.called for guard in self._guards()]

    def _tapes(self, item: pytest.Item) -> list[Finding]:
        if self._replays is None:
            return []
        running = item.stash[_RUNNING]
        return look_at_tapes(
            item, self._replays.tapes(), running.notes, passed=running.passed, alone=self._is_alone(item)
        )

    def _is_alone(self, item: pytest.Item) -> bool:
        """Tell whether no other test has the cassette of a test, also none that does not run this time."""
        if is_named_by_hand(item):
            return self._scope.covers(item.path) and self._names[None, cassette_name(item)] == 1
        return self._names[item.path if has_folder_of_its_module(item) else None, cassette_name(item)] == 1

    def _look(self, item: pytest.Item, looks: Sequence[_Look]) -> list[str]:
        """Take what the guards have found, and keep what counts of it.

        Returns:
            What the test fails for, in words.
        """
        if self._settings.mode is Mode.OFF:
            return []
        running = item.stash[_RUNNING]
        try:
            found = [finding for look in looks for finding in look()]
        except TapecheckError as error:  # such as a contract that is broken
            running.notes.problems.append(str(error))
            return [str(error)]
        counting = [one for one in self._selection.apply(found) if self._counts(running, one)]
        running.notes.findings += counting
        return [told(one) for one in counting if one.severity is Severity.ERROR]

    def _counts(self, running: _Running, finding: Finding) -> bool:
        if finding.code in _OF_PASSED_TESTS and not running.passed:
            return False
        in_file = self._selection.ignored_in(running.test.path)
        return not running.leave.ignores(finding.code) and not finding.code.startswith(in_file)

    def _object(self, reasons: Sequence[str]) -> None:
        if reasons and self._settings.mode is Mode.ENFORCE:
            pytest.fail("\n\n".join(reasons), pytrace=False)


def _watching() -> Watching:
    from tapecheck.intercepting import Watching

    return Watching()
