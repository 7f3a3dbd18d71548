"""New cassettes take their places, and the lock says where they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Provenance, Source, digest, read_lock, write, write_lock
from tapecheck.errors import CassetteError
from tapecheck.recording.entering import enter
from tapecheck.recording.job import Change, Job, Kind
from tests.unit.recording.conftest import NAME, OTHER, TODAY, answered, entry

STORM = answered('{"sky": "storm"}')


@pytest.fixture
def new(job: Job) -> Path:
    """A folder with a changed and a new cassette, on the filesystem of the others."""
    for name in (NAME, OTHER):
        write(job.root / "new" / name, [STORM])
    return job.root / "new"


CHANGES = (Change(name=NAME, kind=Kind.CHANGED), Change(name=OTHER, kind=Kind.NEW))


def put(job: Job, new: Path, changes: Sequence[Change] = CHANGES) -> dict[str, Provenance]:
    enter(job, new, changes, lambda step: None)
    return read_lock(job.cassettes / LOCK)


def test_cassettes_and_lock_are_replaced(job: Job, new: Path) -> None:
    lock = put(job, new)
    assert sorted(lock) == [NAME, OTHER]
    for name, provenance in lock.items():
        assert provenance.digest == digest(job.cassettes / name)
        assert (provenance.source, provenance.date, provenance.contract) == (Source.SANDBOX, TODAY, "2")
        assert set(provenance.tools) == {"pytest-recording", "tapecheck", "vcrpy"}


def test_the_lock_is_last(job: Job, new: Path) -> None:
    steps: list[str] = []
    enter(job, new, CHANGES, steps.append)
    assert steps == [f"replacing {NAME}", f"replacing {OTHER}", f"replacing {LOCK}"]


def test_what_is_unchanged_is_not_touched(job: Job, new: Path) -> None:
    before = (job.cassettes / NAME).stat().st_ino
    write(new / NAME, [answered('{"sky": "clear"}')])
    lock = put(job, new, [Change(name=NAME, kind=Kind.UNCHANGED)])
    assert (job.cassettes / NAME).stat().st_ino == before
    assert lock[NAME].date == TODAY


def test_what_was_kept_keeps_its_entry(job: Job, new: Path) -> None:
    lock = put(job, new, [Change(name=NAME, kind=Kind.KEPT), Change(name=OTHER, kind=Kind.NEW)])
    assert lock[NAME] == entry(digest(job.cassettes / NAME))


def test_what_is_gone_loses_its_entry(job: Job, new: Path) -> None:
    (job.cassettes / NAME).unlink()
    assert list(put(job, new, CHANGES[1:])) == [OTHER]


def test_a_link_stays_one(job: Job, new: Path) -> None:
    (job.cassettes / NAME).rename(job.root / "real.yaml")
    (job.cassettes / NAME).symlink_to(job.root / "real.yaml")
    put(job, new)
    assert (job.cassettes / NAME).is_symlink()
    assert b"storm" in (job.root / "real.yaml").read_bytes()


@pytest.mark.parametrize(
    ("old", "changed", "now", "kept"),
    [
        (Source.LIVE, False, Source.SANDBOX, Source.LIVE),
        (Source.LIVE, True, Source.SANDBOX, Source.SANDBOX),
        (Source.SANDBOX, False, Source.LIVE, Source.LIVE),
        (Source.LIVE, False, Source.LIVE, Source.LIVE),
    ],
)
def test_a_stand_in_that_repeats_the_provider_takes_nothing_from_it(
    job: Job, new: Path, old: Source, changed: bool, now: Source, kept: Source
) -> None:
    recorded = digest(job.cassettes / NAME)
    write_lock(job.cassettes / LOCK, {NAME: entry(recorded, old)})
    write(new / NAME, [STORM if changed else answered('{"sky": "clear"}')])
    kind = Kind.CHANGED if changed else Kind.UNCHANGED
    lock = put(replace(job, source=now, base_url=None), new, [Change(name=NAME, kind=kind)])
    assert lock[NAME].source is kept
    assert (lock[NAME].date == TODAY) == (changed or now is Source.LIVE)


def test_what_cannot_be_replaced_is_named(job: Job, new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", deny)
    with pytest.raises(CassetteError, match="cannot be written: Permission denied") as caught:
        put(job, new)
    assert caught.value.path == job.cassettes / NAME
