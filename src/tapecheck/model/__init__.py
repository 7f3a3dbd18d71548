"""The words of tapecheck as frozen values. Nothing here reads, writes or decides."""

from __future__ import annotations

from tapecheck.model.finding import Code, Finding, Severity, Side
from tapecheck.model.http import Body, Headers, Request, Response
from tapecheck.model.json import JSONValue, find, line_of, lines_of, parse_pointer, pointer, resolve, tokens
from tapecheck.model.report import OperationTotals, Report, Summary
from tapecheck.model.request_path import ADDRESS, is_request_path
from tapecheck.model.running_test import RunningTest
from tapecheck.model.selection import Selection, unknown_codes
from tapecheck.model.tape import Cassette, Interaction

__all__ = [
    "ADDRESS",
    "Body",
    "Cassette",
    "Code",
    "Finding",
    "Headers",
    "Interaction",
    "JSONValue",
    "OperationTotals",
    "Report",
    "Request",
    "Response",
    "RunningTest",
    "Selection",
    "Severity",
    "Side",
    "Summary",
    "find",
    "is_request_path",
    "line_of",
    "lines_of",
    "parse_pointer",
    "pointer",
    "resolve",
    "tokens",
    "unknown_codes",
]
