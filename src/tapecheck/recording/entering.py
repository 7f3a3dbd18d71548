"""Putting new cassettes in place of the committed ones: file by file, each in one step, the lock last."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from tapecheck import __version__
from tapecheck.cassettes import LOCK, Provenance, Source, digest, read_lock, render_lock
from tapecheck.cassettes.replacing import put_in_place, unwritable, write_through
from tapecheck.recording.asking import source_on_record
from tapecheck.recording.job import Announce, Change, Job, Kind


def enter(job: Job, folder: Path, found: Iterable[Change], announce: Announce) -> None:
    """Move the new cassettes of a folder to their places, and write the lock.

    Wherever it is interrupted, each cassette is whole, the old one or the new one, and `TC305` tells of those that the
    lock does not know yet.

    Raises:
        CassetteError: a file cannot be written.
    """
    recorded = [change for change in found if change.kind is not Kind.KEPT]
    lock = render_lock(_entries(job, folder, [change.name for change in recorded]))
    write_through(folder / LOCK, lock.encode())
    replaced = [change.name for change in recorded if change.kind is not Kind.UNCHANGED]
    for name in [*replaced, LOCK]:
        announce(f"replacing {name}")
        _move(folder / name, job.cassettes / name)


def _move(new: Path, place: Path) -> None:
    try:
        target = Path(os.path.realpath(place))
        target.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(new, target)
    except OSError as error:
        raise unwritable(place, error) from error


def _entries(job: Job, folder: Path, recorded: Iterable[str]) -> dict[str, Provenance]:
    before = read_lock(job.cassettes / LOCK)
    entries = {name: entry for name, entry in before.items() if (job.cassettes / name).exists()}
    tools = {"tapecheck": __version__, "pytest-recording": version("pytest-recording"), "vcrpy": version("vcrpy")}
    source = source_on_record(job)
    for name in recorded:
        new = Provenance(
            digest=digest(folder / name), source=source, date=job.today, contract=job.contract.version, tools=tools
        )
        if not _proves_more(before.get(name), new):
            entries[name] = new
    return entries


def _proves_more(old: Provenance | None, new: Provenance) -> bool:
    """Tell whether the old entry stays: what the provider itself once answered, and a stand-in has but repeated."""
    return old is not None and old.digest == new.digest and old.source is Source.LIVE and new.source is Source.SANDBOX
