from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
import vcr
from vcr.cassette import Cassette, CassetteContextDecorator

from tapecheck.replaying.recorder import VcrCassette, VcrRequest
from tapecheck.replaying.watching import Watch
from tests.unit.replaying.conftest import SAY, Studio, recorded


@dataclass(slots=True)
class Ear:
    """Remembers what it was told."""

    heard: list[str | int] = field(default_factory=list)

    def opened(self, cassette: VcrCassette) -> None:
        self.heard.append("opened")

    def closed(self, cassette: VcrCassette) -> None:
        self.heard.append("closed")

    def played(self, cassette: VcrCassette, index: int, request: VcrRequest) -> None:
        self.heard.append(index)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def watch(ear: Ear) -> Iterator[Watch]:
    watch = Watch(ear)
    watch.take_in()
    yield watch
    watch.close()


@pytest.fixture
def tape(studio: Studio) -> Path:
    return studio.tape(recorded(), recorded(), recorded(method="GET"))


def methods() -> list[object]:
    owners = ((CassetteContextDecorator, "__enter__"), (CassetteContextDecorator, "__exit__"))
    return [vars(owner)[name] for owner, name in (*owners, (Cassette, "play_response"))]


def test_the_course_of_a_cassette(studio: Studio, tape: Path, watch: Watch, ear: Ear) -> None:
    with studio.cassette(tape):
        httpx.get(SAY)
        httpx.post(SAY)
        httpx.post(SAY)
    assert ear.heard == ["opened", 2, 0, 1, "closed"]


def test_repeats(studio: Studio, watch: Watch, ear: Ear) -> None:
    with vcr.VCR(record_mode="none", serializer="json").use_cassette(
        str(studio.tape(recorded())), allow_playback_repeats=True
    ):
        httpx.post(SAY)
        httpx.post(SAY)
    assert ear.heard == ["opened", 0, 0, "closed"]


def test_a_decorator_opens_one_each_time(studio: Studio, tape: Path, watch: Watch, ear: Ear) -> None:
    ask = studio.cassette(tape)(lambda: httpx.get(SAY))

    ask()
    ask()
    assert ear.heard == ["opened", 2, "closed"] * 2


def test_what_fails_in_a_cassette_closes_it(studio: Studio, tape: Path, watch: Watch, ear: Ear) -> None:
    with pytest.raises(LookupError), studio.cassette(tape):
        raise LookupError
    assert ear.heard == ["opened", "closed"]


def test_nothing_is_left_behind(ear: Ear) -> None:
    before = methods()
    watch = Watch(ear)
    watch.take_in()
    watch.take_in()
    assert not set(before) & set(methods())
    watch.close()
    assert methods() == before


def test_an_inner_watch_is_told_alone(studio: Studio, tape: Path, watch: Watch, ear: Ear) -> None:
    inner = Ear()
    within = Watch(inner)
    within.take_in()
    with studio.cassette(tape):
        httpx.get(SAY)
    within.close()
    assert inner.heard == ["opened", 2, "closed"]
    assert ear.heard == []
    with studio.cassette(tape):
        httpx.get(SAY)
    assert ear.heard == ["opened", 2, "closed"]


def test_who_replaces_our_replacement_keeps_it(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cassette, "play_response", vars(Cassette)["play_response"])  # to be put back at the end
    watch = Watch(ear)
    watch.take_in()
    theirs = partial(vars(Cassette)["play_response"])
    monkeypatch.setattr(Cassette, "play_response", theirs)
    watch.close()
    assert vars(Cassette)["play_response"] is theirs


def test_vcrpy_is_not_imported(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "vcr.cassette")
    watch = Watch(ear)
    before = methods()
    watch.take_in()
    assert "vcr.cassette" not in sys.modules
    assert methods() == before
