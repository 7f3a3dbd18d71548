"""Recording a provider anew: into a staging folder first, and in place only if all is well."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from glob import escape
from pathlib import Path

from tapecheck.cassettes import read, write
from tapecheck.checking import Request, run
from tapecheck.errors import CassetteError, UsageError
from tapecheck.model import Finding, Report
from tapecheck.recording.asking import CASSETTES, StandIn, asked, check_access, source_on_record
from tapecheck.recording.comparing import changes, names
from tapecheck.recording.entering import enter
from tapecheck.recording.job import Announce, Job, Outcome
from tapecheck.recording.running import check_tests, run_tests
from tapecheck.recording.serializer import scrub_all
from tapecheck.recording.staging import staging


def record(job: Job, stand_in: StandIn, announce: Announce = lambda step: None) -> Outcome:
    """Run the provider's tests, look at what they recorded, and replace the committed cassettes by it.

    Nothing is replaced where a test fails, or a finding of severity error speaks against it.

    Args:
        job: what to record.
        stand_in: starts one, if one is to answer.
        announce: is told each step.

    Raises:
        UsageError: something is missing, such as the key, or another recorder is at work; nothing was started.
        CassetteError: a file cannot be read or written.
    """
    check_access(job)
    check_tests(job)
    source = source_on_record(job)
    with staging(job.cassettes) as folder:
        announce(f"running {os.path.relpath(job.tests, job.root)}")
        with asked(job, stand_in) as variables:
            tests = run_tests(job, folder, variables)
        if not tests.passed:
            return Outcome(source=source, tests=tests.output, passed=False)
        return _judge(job, folder, Outcome(source=source, tests=tests.output, passed=True), announce)


def _judge(job: Job, folder: Path, outcome: Outcome, announce: Announce) -> Outcome:
    recorded = names(folder)
    if not recorded:
        hint = f"They have to write their cassettes into the folder that {CASSETTES} names."
        raise UsageError("the tests passed and recorded nothing", path=job.tests, hint=hint)
    announce("scrubbing")
    for name in recorded:
        _scrub(folder / name, job)
    announce("checking")
    found = tuple(changes(folder, job.cassettes, job.contracts))
    outcome = replace(outcome, report=_report(job, folder, recorded), changes=found)
    if outcome.failed or job.dry_run:
        return outcome
    enter(job, folder, outcome.changes, announce)
    return replace(outcome, replaced=True)


def _scrub(path: Path, job: Job) -> None:
    """Write a cassette anew, for review, without its secrets."""
    if path.suffix not in (".yaml", ".yml"):
        raise CassetteError(
            "expected a cassette of YAML", path=path, hint="Let vcrpy write YAML, as it does by default."
        )
    write(path, scrub_all(read(path).interactions, job.contracts))


def _report(job: Job, folder: Path, recorded: Iterable[str]) -> Report:
    """Check the new cassettes; findings, and what the project ignores, go by the places that they are meant for."""
    ignored = {escape((folder / name).as_posix()): job.selection.ignored_in(job.cassettes / name) for name in recorded}
    selection = replace(job.selection, per_file_ignores=ignored)
    report = run(Request(paths=(folder,), contracts=job.contracts_folder, own=(folder,), jobs=1, selection=selection))

    def renamed(finding: Finding) -> Finding:
        return replace(finding, cassette=str(job.cassettes / Path(finding.cassette).relative_to(folder)))

    return replace(report, findings=tuple(map(renamed, report.findings)))
