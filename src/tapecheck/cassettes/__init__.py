"""Reading, finding and writing cassettes."""

from __future__ import annotations

from tapecheck.cassettes.discovery import discover
from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.reader import read

__all__ = ["Limits", "discover", "read"]
