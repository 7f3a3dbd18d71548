"""Reports made on the spot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.model import Code, Finding, OperationTotals, Report, Severity, Side, Summary

FULL = Finding(
    code=Code.RESPONSE_BODY,
    severity=Severity.ERROR,
    message='got string "three", the contract says integer',
    cassette="tapes/a.yaml",
    line=11,
    interaction=0,
    provider="weather",
    operation="forecast",
    side=Side.RESPONSE,
    event=2,
    instance_path="/days/0",
    schema_path="contracts/weather/response.schema.json#/type",
    hint="Is 3 meant?",
)
BARE = Finding(
    code=Code.EMPTY_CASSETTE, severity=Severity.WARNING, message="nothing in it", cassette="tapes/b.yaml", line=1
)
ROWS = (
    OperationTotals(provider="weather", operation="forecast", interactions=12, errors=1, warnings=0),
    OperationTotals(provider="w", operation="a.long.name", interactions=1, errors=0, warnings=100),
    OperationTotals(provider="w", operation="b", interactions=1, errors=0, warnings=0),
)


@pytest.fixture
def full() -> Finding:
    """A finding with every field."""
    return FULL


@pytest.fixture
def bare() -> Finding:
    """A finding with no field that it can do without."""
    return BARE


@pytest.fixture
def report() -> Callable[..., Report]:
    """Make a report of some findings."""

    def made(*findings: Finding, operations: tuple[OperationTotals, ...] = ROWS, **counts: int) -> Report:
        return Report(summary=Summary(**counts), findings=findings, operations=operations)

    return made
