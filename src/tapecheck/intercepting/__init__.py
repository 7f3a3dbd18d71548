"""Stands between the HTTP clients of this process and whoever would answer them."""

from __future__ import annotations

from tapecheck.intercepting.faulting import Faults
from tapecheck.intercepting.interception import Answer, Interception
from tapecheck.intercepting.watching import Watching, in_process

__all__ = ["Answer", "Faults", "Interception", "Watching", "in_process"]
