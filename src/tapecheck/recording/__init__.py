"""Recording: cassettes as people can review them, and where each came from."""

from __future__ import annotations

from tapecheck.recording.lock import LOCK, Provenance, Source, digest, read_lock, render_lock, write_lock

__all__ = ["LOCK", "Provenance", "Source", "digest", "read_lock", "render_lock", "write_lock"]
