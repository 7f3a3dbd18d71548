"""What a test played of its cassettes: what is its alone is judged at once, the rest at the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapecheck.model import Finding
from tapecheck.pytest_plugin.cassette_names import cassette_name, extra_cassettes, is_cassette_of, is_replayed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from tapecheck.pytest_plugin.notes import Notes
    from tapecheck.replaying import TapeUse


def look_at_tapes(
    item: pytest.Item, uses: Iterable[TapeUse], notes: Notes, *, passed: bool, alone: bool
) -> list[Finding]:
    """Say what a test did not play of its own cassette, and note what it did with the others.

    Args:
        item: the test.
        uses: of the cassettes that it opened.
        notes: are added to.
        passed: whether it ran to its end.
        alone: whether no other test of the run has a cassette of this name.
    """
    from tapecheck.replaying import unplayed

    findings: list[Finding] = []
    names = [cassette_name(item)] if is_replayed(item) else []
    notes.names += names
    notes.opened += map(str, extra_cassettes(item) if is_replayed(item) else [])
    for use in uses:
        notes.opened.append(str(use.path))
        if alone and is_cassette_of(item, use.path):
            findings += unplayed(use, item.config.rootpath)
        else:
            notes.tapes.append(use)
    if not passed:
        notes.unsure += [*names, *(use.path.as_posix().lstrip("/") for use in notes.tapes)]
    return findings
