"""The report for people: findings by file, a table by provider and operation, one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tapecheck.model import Finding, OperationTotals, Report, Severity
from tapecheck.reporting.unicode import encodable, printable

Line = tuple[str, str]
"""A line and the rich style that it has on a terminal."""

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def render_text(report: Report, *, color: bool = False) -> str:
    """Return the report as text.

    Args:
        report: what to render.
        color: whether to add the escape codes of a terminal; the words are the same.
    """
    said = (*_findings(report.findings), *_table(report.operations), *_sum(report))
    lines = [(printable(text), style) for text, style in said]
    return encodable(_styled(lines) if color else "".join(f"{text}\n" for text, _ in lines))


def _findings(findings: Sequence[Finding]) -> Iterator[Line]:
    for cassette, group in groupby(findings, key=lambda finding: finding.cassette):
        yield cassette, "bold"
        for finding in group:
            style = _STYLES[finding.severity]
            yield f"  {cassette}:{finding.line}: {finding.code} {finding.severity}: {_where(finding)}", style
            yield f"    {finding.message}", ""
            if finding.schema_path:
                yield f"    contract: {finding.schema_path}", "dim"
            if finding.hint:
                yield f"    {finding.hint}", "italic"
        yield "", ""


def _where(finding: Finding) -> str:
    parts = [f"{finding.provider} {finding.operation}" if finding.operation else finding.provider]
    parts += [None if finding.interaction is None else f"interaction {finding.interaction}", finding.side]
    parts += [None if finding.event is None else f"event {finding.event}"]
    parts += [None if finding.instance_path is None else f"at {finding.instance_path or 'the root'}"]
    return ", ".join(part for part in parts if part) or finding.code.summary


def _table(operations: Sequence[OperationTotals]) -> Iterator[Line]:
    if not operations:
        return
    head = ("provider", "operation", "interactions", "errors", "warnings")
    rows = [
        (one.provider, one.operation, *map(str, (one.interactions, one.errors, one.warnings))) for one in operations
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    yield _row(head, widths), "bold"
    for row, one in zip(rows, operations, strict=True):
        yield _row(row, widths), "red" if one.errors else "yellow" if one.warnings else "green"
    yield "", ""


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    names, numbers = zip(cells[:2], widths[:2], strict=True), zip(cells[2:], widths[2:], strict=True)
    return "  ".join([*(cell.ljust(width) for cell, width in names), *(cell.rjust(width) for cell, width in numbers)])


def _sum(report: Report) -> Iterator[Line]:
    summary = report.summary
    read = f"{counted(summary.cassettes, 'cassette')}, {counted(summary.interactions, 'interaction')}"
    yield f"{read}: {summary.checked} checked, {summary.unmatched} matched by no contract", ""
    if summary.live or summary.sandbox:
        yield f"recorded: {summary.live} live, {summary.sandbox} sandbox", ""
    found = f"{counted(summary.errors, 'error')}, {counted(summary.warnings, 'warning')}"
    yield found, "red bold" if report.failed else "green bold"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is 1."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _styled(lines: Sequence[Line]) -> str:
    from rich.console import Console
    from rich.text import Text

    console = Console(force_terminal=True, color_system="standard", soft_wrap=True, width=1000)
    with console.capture() as capture:
        for text, style in lines:
            console.print(Text(text, style=style), soft_wrap=True, highlight=False)
    return capture.get()
