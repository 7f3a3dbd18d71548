"""Faults: what goes wrong between a client and a provider, as functions from reply to reply; no I/O."""

from __future__ import annotations

from tapecheck.faults.catalogue import FAULTS, find_fault
from tapecheck.faults.fault import Fault, Needs, Shapes
from tapecheck.faults.frames import pieces
from tapecheck.faults.reply import Ending, Reply, Unreached

__all__ = ["FAULTS", "Ending", "Fault", "Needs", "Reply", "Shapes", "Unreached", "find_fault", "pieces"]
