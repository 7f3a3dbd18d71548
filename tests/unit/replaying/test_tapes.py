from __future__ import annotations

from pathlib import Path

import pytest
import vcr

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
    assert tape.use == TapeUse(path=path.resolve(), interactions=playable, played=frozenset({1}))


def test_what_is_on_tape(tmp_path: Path) -> None:
    cassette = vcr.cassette.Cassette(path=tmp_path / "a.yaml")
    cassette.append(vcr.request.Request("GET", "https://a.example/", None, {}), {"status": {"code": 200}})
    tape = Tape.of(cassette, 1)
    play = Play(tape=tape, index=0, sent=cassette.requests[0], filtered=None, transport=None)
    assert (play.stored.method, play.response) == ("GET", {"status": {"code": 200}})
