"""Findings about an interaction that was played."""

from __future__ import annotations

from pathlib import Path

from tapecheck.model import Code, Finding, Side
from tapecheck.replaying.places import Places
from tapecheck.replaying.tapes import Play


def about(play: Play, code: Code, message: str, hint: str, root: Path) -> Finding:
    """Return a finding that names the interaction and its place in the file.

    Args:
        play: the interaction, and what was sent.
        code: which rule speaks.
        message: what was got, and what was expected.
        hint: what to do next.
        root: the folder from which findings name files.
    """
    stored = play.stored
    places = Places(play.tape.paths, play.tape.loaded, root)
    place = places.of(play.index, f"{stored.method} {stored.uri}")
    return Finding(
        code=code,
        severity=code.severity,
        message=message,
        cassette=place.path,
        line=place.line,
        interaction=place.index,
        side=Side.REQUEST,
        hint=hint,
    )
