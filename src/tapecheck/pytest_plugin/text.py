"""Findings as pytest tells them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from tapecheck.model import Finding


def told(finding: Finding) -> str:
    """Return a finding in several lines: code and meaning, place, what was got, the way out."""
    from tapecheck.reporting.unicode import encodable, printable

    return encodable("\n".join(map(printable, _lines(finding))))


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.code.value} {finding.severity.value}: {finding.code.summary}"
    interaction = "" if finding.interaction is None else f", interaction {finding.interaction}"
    operation = f", {finding.provider} {finding.operation}" if finding.operation else ""
    yield f"  {finding.cassette}:{finding.line}{interaction}{operation}"
    yield from indent(finding.message, "  ").splitlines()
    if finding.instance_path is not None:
        yield f"  at {finding.instance_path or 'the root'}"
    if finding.schema_path:
        yield f"  contract: {finding.schema_path}"
    if finding.hint:
        yield from indent(f"→ {finding.hint}", "  ").splitlines()
