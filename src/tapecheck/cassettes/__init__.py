"""Reading, finding and writing cassettes."""

from __future__ import annotations

from tapecheck.cassettes.discovery import discover
from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.lock import LOCK, Provenance, Source, digest, read_lock, render_lock, write_lock
from tapecheck.cassettes.reader import read
from tapecheck.cassettes.rendering import render
from tapecheck.cassettes.writer import write

__all__ = [
    "LOCK",
    "Limits",
    "Provenance",
    "Source",
    "digest",
    "discover",
    "read",
    "read_lock",
    "render",
    "render_lock",
    "write",
    "write_lock",
]
