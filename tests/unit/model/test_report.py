from __future__ import annotations

import pytest

from tapecheck.model import Code, Finding, Report, Severity, Summary


def report(*severities: Severity) -> Report:
    findings = (
        Finding(code=Code.STATUS, severity=severity, message="m", cassette="c", line=1) for severity in severities
    )
    return Report(summary=Summary(), findings=tuple(findings), operations=())


@pytest.mark.parametrize(
    ("severities", "failed"),
    [
        ((), False),
        ((Severity.WARNING,), False),
        ((Severity.WARNING, Severity.ERROR), True),
        ((Severity.ERROR, Severity.WARNING), True),
    ],
)
def test_a_run_fails_by_an_error(severities: tuple[Severity, ...], failed: bool) -> None:
    assert report(*severities).failed is failed


def test_a_summary_counts_from_nothing() -> None:
    counts = Summary()
    assert (counts.cassettes, counts.interactions, counts.checked, counts.unmatched) == (0, 0, 0, 0)
    assert (counts.errors, counts.warnings, counts.cached) == (0, 0, 0)
