"""Which lock speaks of a cassette."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Provenance, Source, write_lock
from tapecheck.checking.locks import Locks

ENTRY = Provenance(digest="sha256:00", source=Source.LIVE, date=date(2026, 1, 5), contract="2", tools={})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tapes/weather/report").mkdir(parents=True)
    write_lock(tmp_path / "tapes" / LOCK, {"weather/report/plain.yaml": ENTRY})
    write_lock(tmp_path / LOCK, {})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_nearest_above_counts(here: Path) -> None:
    lock = Locks([Path()]).above(Path("tapes/weather/report/plain.yaml"))
    assert lock is not None
    assert (lock.path, lock.folder) == (Path("tapes") / LOCK, here / "tapes")
    assert lock.entry(Path("tapes/weather/report/plain.yaml")) == ENTRY
    assert lock.entry(here / "tapes/weather/report/plain.yaml") == ENTRY
    assert lock.entry(Path("tapes/weather/report/other.yaml")) is None


def test_none_is_looked_for_beyond_the_roots(here: Path) -> None:
    assert Locks([Path("tapes/weather")]).above(Path("tapes/weather/report/plain.yaml")) is None
    assert Locks([]).above(Path("tapes/weather/report/plain.yaml")) is None
    assert Locks([Path("tapes/weather/report/plain.yaml")]).above(Path("tapes/weather/report/plain.yaml")) is None


def test_a_lock_above_the_working_directory_has_its_whole_path(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here / "tapes/weather/report")
    lock = Locks([here / "tapes"]).above(Path("plain.yaml"))
    assert lock is not None
    assert lock.path == here / "tapes" / LOCK
    assert lock.entry(Path("plain.yaml")) == ENTRY


def test_a_cassette_that_is_a_link_is_where_the_link_is(here: Path) -> None:
    (here / "elsewhere.yaml").touch()
    (here / "tapes/weather/report/plain.yaml").symlink_to(here / "elsewhere.yaml")
    lock = Locks([here / "tapes"]).above(Path("tapes/weather/report/plain.yaml"))
    assert lock is not None
    assert lock.entry(Path("tapes/weather/report/plain.yaml")) == ENTRY


def test_each_lock_is_read_once_and_remembered(here: Path) -> None:
    locks = Locks([Path()])
    first = locks.above(Path("tapes/weather/report/plain.yaml"))
    (here / "tapes" / LOCK).write_text("", encoding="utf-8")
    assert locks.above(Path("tapes/weather/report/other.yaml")) is first
    assert list(locks) == [first]


def test_a_lock_that_cannot_be_read_says_why(here: Path) -> None:
    (here / "tapes" / LOCK).write_text("version = 9", encoding="utf-8")
    lock = Locks([Path()]).within(here / "tapes", Path("tapes"))
    assert lock is not None
    assert lock.problem is not None
    assert (lock.entries, lock.problem.message) == ({}, "has version 9, expected 1")
