"""The report as JSON, stable and versioned; its JSON Schema is `report.schema.json` beside this file."""

from __future__ import annotations

from dataclasses import asdict

import orjson

from tapecheck.model import Report
from tapecheck.reporting.unicode import encodable

VERSION = 1
"""Counts up when a change could break a reader."""


def render_json(report: Report) -> str:
    """Return the report as one JSON object, indented, with a line end."""
    document = {
        "version": VERSION,
        "summary": asdict(report.summary),
        "operations": [asdict(one) for one in report.operations],
        "findings": [asdict(one, dict_factory=_encodable) for one in report.findings],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _encodable(fields: list[tuple[str, object]]) -> dict[str, object]:
    return {name: encodable(str(value)) if isinstance(value, str) else value for name, value in fields}
