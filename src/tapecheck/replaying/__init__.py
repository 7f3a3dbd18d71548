"""What vcrpy replays while tests run, held against what was sent and against the contract."""

from __future__ import annotations

from tapecheck.replaying.guard import ReplayGuard
from tapecheck.replaying.ledger import Ledger, TapeUse, unplayed, unused

__all__ = ["Ledger", "ReplayGuard", "TapeUse", "unplayed", "unused"]
