"""What came of a recording."""

from __future__ import annotations

import pytest

from tapecheck.cassettes import Source
from tapecheck.model import Code, Finding, Report, Severity, Summary
from tapecheck.recording.job import Outcome


def report(severity: Severity) -> Report:
    finding = Finding(code=Code.RESPONSE_BODY, severity=severity, message="odd", cassette="a.yaml", line=1)
    return Report(summary=Summary(), findings=(finding,), operations=())


@pytest.mark.parametrize(
    ("passed", "report", "failed"),
    [
        (False, None, True),
        (True, None, False),
        (True, report(Severity.ERROR), True),
        (True, report(Severity.WARNING), False),
    ],
)
def test_new_cassettes_that_must_not_be_used(passed: bool, report: Report | None, failed: bool) -> None:
    assert Outcome(source=Source.LIVE, tests="", passed=passed, report=report).failed is failed
