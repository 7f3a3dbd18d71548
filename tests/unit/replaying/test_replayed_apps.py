from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.replaying.replayed_apps import replayed_app
from tapecheck.replaying.tapes import Play, Tape
from tests.unit.replaying.conftest import SAY, Studio, recorded


@pytest.fixture
def play(studio: Studio) -> Play:
    with studio.cassette(studio.tape(recorded())) as cassette:
        return Play(
            tape=Tape.of(cassette, 1), index=0, sent=cassette.requests[0], filtered=None, transport="ASGITransport"
        )


def test_code_that_did_not_run(play: Play, tmp_path: Path) -> None:
    finding = replayed_app(play, tmp_path)
    assert finding is not None
    assert finding.code.value == "TC403"
    assert finding.message.startswith(f"POST {SAY} went through ASGITransport")
    assert finding.hint is not None
    assert "ignore_hosts=['api.talk.example']" in finding.hint


def test_what_goes_to_the_net(play: Play, tmp_path: Path) -> None:
    outside = Play(tape=play.tape, index=0, sent=play.sent, filtered=None, transport=None)
    assert replayed_app(outside, tmp_path) is None
