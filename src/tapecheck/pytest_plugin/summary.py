"""What is told at the end of a run: by the process that the user has started, of all processes that ran tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tapecheck.errors import TapecheckError
from tapecheck.model import Finding, Severity
from tapecheck.pytest_plugin.cassette_names import bare, names_of
from tapecheck.pytest_plugin.notes import Notes, detach
from tapecheck.pytest_plugin.scope import Scope
from tapecheck.pytest_plugin.settings import Mode, Settings
from tapecheck.pytest_plugin.text import told

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter


_TO_THE_END: Final = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
"""How runs end that were not broken off."""


class Summary:
    """Gathers what the tests of a run found, and tells what only the whole run shows.

    Args:
        settings: of the run.
        scope: how much of the project's tests it runs.
    """

    def __init__(self, settings: Settings, scope: Scope) -> None:
        self._settings = settings
        self._scope = scope
        self._notes = Notes()
        self._late: list[Finding] = []
        self._failures: list[Finding] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test found."""
        notes = detach(report)
        if notes.is_partial:
            self._scope.narrow()
        self._notes.add(notes)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """See what no test played; where that is an error, the run has failed."""
        if session.shouldstop or session.shouldfail or exitstatus not in _TO_THE_END:
            return
        self._late = list(self._settings.project.selection().apply(self._found_late()))
        if self._settings.mode is Mode.ENFORCE:
            self._failures = [one for one in self._late if one.severity is Severity.ERROR]
        if self._failures and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Tell it, and in mode `report` all that the tests found as well."""
        reported = self._notes.findings if self._settings.mode is Mode.REPORT else []
        findings = [*reported, *self._late]
        problems = dict.fromkeys(self._notes.problems)
        if not findings and not problems:
            return
        terminalreporter.section("tapecheck", bold=True)
        for text in (*problems, *dict.fromkeys(map(told, findings))):
            terminalreporter.write_line(f"{text}\n")
        counts = Counter(finding.code for finding in findings)
        terminalreporter.write_line(", ".join(f"{code.value}: {counts[code]}" for code in sorted(counts)))
        if self._failures:  # else the last line would say that all has passed
            terminalreporter.stats.setdefault("error", []).extend(map(_as_report, self._failures))

    # --- within ------------------------------------------------------------------------------------------------------

    def _found_late(self) -> list[Finding]:
        try:
            return [*(self._never_played() if self._notes.tapes else ()), *self._unused()]
        except TapecheckError as error:  # such as a contract that is broken
            self._notes.problems.append(str(error))
            return []

    def _never_played(self) -> Iterator[Finding]:
        """Say what no test played of the cassettes that several tests may play."""
        from tapecheck.replaying import Ledger

        ledger = Ledger(self._settings.root)
        for use in self._notes.tapes:
            ledger.add(use)
        opened = dict.fromkeys(use.path for use in self._notes.tapes)
        unsure = bare(self._notes.unsure)
        sure = [path for path in opened if unsure.isdisjoint(names_of(path))]
        yield from ledger.never_played([path for path in sure if self._scope.covers(path)])

    def _unused(self) -> Iterator[Finding]:
        """Say which cassettes are there that no test opened and that belong to none."""
        opened = {Path(path).resolve() for path in self._notes.opened}
        folders = dict.fromkeys([*self._settings.project.cassettes, *(path.parent for path in opened)])
        covered = [folder for folder in folders if self._scope.covers(folder)]
        if covered:
            from tapecheck.replaying import unused

            known = bare(self._notes.names)
            for finding in unused(covered, opened, lambda: self._settings.contracts, self._settings.root):
                if known.isdisjoint(names_of(self._settings.root / finding.cassette)):
                    yield finding


def _as_report(finding: Finding) -> pytest.CollectReport:
    """Return a finding of the whole run as pytest lists and counts what belongs to no test."""
    first = finding.message.partition("\n")[0]
    place = f"{finding.cassette}:{finding.line}"
    return pytest.CollectReport(place, "failed", f"{finding.code.value}: {first}", None)
