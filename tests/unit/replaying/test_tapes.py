from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import vcr
from vcr.persisters.filesystem import FilesystemPersister

from tapecheck.replaying import TapeUse
from tapecheck.replaying.tapes import Play, Tape
from tests.unit.replaying.conftest import Studio, recorded


@pytest.mark.parametrize(("mode", "playable"), [("none", 2), ("new_episodes", 2), ("all", 0)])
def test_what_can_be_played(studio: Studio, mode: str, playable: int) -> None:
    path = studio.tape(recorded(), recorded())
    studio.settings = {"record_mode": mode}
    with studio.cassette(path) as cassette:
        tape = Tape.of(cassette, len(cassette))
    tape.played.add(1)
    assert tape.mode == mode
    assert tape.protected is (mode == "none")
    assert tape.uses == [TapeUse(path=path.resolve(), interactions=playable, played=frozenset({1} if playable else ()))]


def test_what_is_on_tape(tmp_path: Path) -> None:
    cassette = vcr.cassette.Cassette(path=tmp_path / "a.yaml")
    cassette.append(vcr.request.Request("GET", "https://a.example/", None, {}), {"status": {"code": 200}})
    tape = Tape.of(cassette, 1)
    play = Play(tape=tape, index=0, sent=cassette.requests[0], filtered=None, transport=None)
    assert (play.stored.method, play.response) == ("GET", {"status": {"code": 200}})


class Several:
    """Loads two files into one cassette, as pytest-recording does."""

    def __init__(self, *extra: Path) -> None:
        self.extra_paths = [str(path) for path in extra]

    def load_cassette(self, cassette_path: str, serializer: ModuleType) -> tuple[list[object], list[object]]:
        loaded = [FilesystemPersister.load_cassette(path, serializer) for path in (cassette_path, *self.extra_paths)]
        return [one for requests, _ in loaded for one in requests], [one for _, answers in loaded for one in answers]


def test_each_file_of_several_has_its_own_count(studio: Studio) -> None:
    own, more = studio.tape(recorded(), recorded()), studio.tape(recorded(), recorded(), name="more.json")
    recorder = vcr.VCR(record_mode="none", serializer="json")
    recorder.register_persister(Several(more))
    with recorder.use_cassette(str(own)) as cassette:
        tape, doubtful = Tape.of(cassette, 4), Tape.of(cassette, 3)
    tape.played |= {1, 2}
    assert tape.uses == [
        TapeUse(path=own.resolve(), interactions=2, played=frozenset({1})),
        TapeUse(path=more.resolve(), interactions=2, played=frozenset({0})),
    ]
    assert [use.interactions for use in doubtful.uses] == [0, 0]
