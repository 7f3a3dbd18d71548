"""What a run found, ready to be rendered."""

from __future__ import annotations

from dataclasses import dataclass

from tapecheck.model.finding import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationTotals:
    """The counts of one operation of one provider."""

    provider: str
    operation: str
    interactions: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The counts of a whole run.

    Attributes:
        cassettes: files read, the unreadable ones included.
        interactions: requests with a response on these.
        checked: interactions held against a contract.
        unmatched: interactions of hosts or operations that no contract declares.
        errors: findings of severity error.
        warnings: findings of severity warning.
        cached: cassettes that were not read again because nothing had changed.
        live: cassettes that were recorded from the provider itself, as their lock says.
        sandbox: cassettes that were recorded from a stand-in, as their lock says.
    """

    cassettes: int = 0
    interactions: int = 0
    checked: int = 0
    unmatched: int = 0
    errors: int = 0
    warnings: int = 0
    cached: int = 0
    live: int = 0
    sandbox: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run: its counts, its findings in the order of files and lines, and a row for each operation."""

    summary: Summary
    findings: tuple[Finding, ...]
    operations: tuple[OperationTotals, ...]

    @property
    def failed(self) -> bool:
        """Tell whether any finding is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)
