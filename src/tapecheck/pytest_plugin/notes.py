"""What a test found and played, on its way to the end of the run: with its reports, which travel between processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tapecheck.model import Code, Finding, Severity, Side

if TYPE_CHECKING:
    import pytest

    from tapecheck.replaying import TapeUse

_ATTRIBUTE: Final = "tapecheck"
"""Of a report; pytest-xdist sends every attribute that is a plain value."""


@dataclass(slots=True, kw_only=True)
class Notes:
    """What is known of one test or of several.

    Attributes:
        findings: what counts.
        problems: why something could not be looked at.
        tapes: what was played of cassettes that other tests may play, too.
        opened: the paths of all cassettes that were opened.
        names: of the cassettes that belong to tests, opened or not.
        unsure: of these the ones whose test did not pass, so that nobody knows what it would have played.
        is_partial: whether not all tests run, as only the process knows that runs them.
    """

    findings: list[Finding] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    tapes: list[TapeUse] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    is_partial: bool = False

    def add(self, other: Notes) -> None:
        """Take over what other notes say."""
        self.findings += other.findings
        self.problems += other.problems
        self.tapes += other.tapes
        self.opened += other.opened
        self.names += other.names
        self.unsure += other.unsure
        self.is_partial = self.is_partial or other.is_partial


def attach(report: pytest.TestReport, notes: Notes) -> None:
    """Let a report carry notes."""
    if notes != Notes():
        setattr(report, _ATTRIBUTE, json.dumps(asdict(notes), default=_plain))


def detach(report: pytest.TestReport) -> Notes:
    """Return the notes that a report carries; empty ones if there are none."""
    text = getattr(report, _ATTRIBUTE, None)
    if not isinstance(text, str):
        return Notes()
    from tapecheck.replaying import TapeUse

    found = json.loads(text)
    return Notes(
        **{
            **found,
            "findings": [_finding(one) for one in found["findings"]],
            "tapes": [
                TapeUse(path=Path(one["path"]), interactions=one["interactions"], played=frozenset(one["played"]))
                for one in found["tapes"]
            ],
        }
    )


def _plain(value: object) -> object:
    """Write what JSON has no word for."""
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _finding(found: dict[str, str]) -> Finding:
    fields = {**found, "code": _CODES[found["code"]], "severity": Severity(found["severity"])}
    return Finding(**{**fields, "side": found["side"] and Side(found["side"])})  # type: ignore[arg-type]


_CODES: Final = {code.value: code for code in Code}
