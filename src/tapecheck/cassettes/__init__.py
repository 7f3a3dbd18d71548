"""Reading, finding and writing cassettes."""

from __future__ import annotations

from tapecheck.cassettes.discovery import discover
from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.reader import read
from tapecheck.cassettes.rendering import render
from tapecheck.cassettes.writer import write

__all__ = ["Limits", "discover", "read", "render", "write"]
