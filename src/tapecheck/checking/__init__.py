"""Holds cassettes against contracts: rules yield problems, a run gathers them into a report."""

from __future__ import annotations

from tapecheck.checking.check import Checker, FileResult
from tapecheck.checking.engine import ENGINES, Engine, ReferenceEngine, RustEngine, Violation
from tapecheck.checking.provenance import Policy
from tapecheck.checking.run import Progress, Request, run, sound

__all__ = [
    "ENGINES",
    "Checker",
    "Engine",
    "FileResult",
    "Policy",
    "Progress",
    "ReferenceEngine",
    "Request",
    "RustEngine",
    "Violation",
    "run",
    "sound",
]
