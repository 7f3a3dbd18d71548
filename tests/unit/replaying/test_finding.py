from __future__ import annotations

from pathlib import Path

from tapecheck.model import Code
from tapecheck.replaying.finding import about
from tapecheck.replaying.tapes import Play, Tape
from tests.unit.replaying.conftest import Studio, recorded


def test_a_finding_names_its_place(studio: Studio, tmp_path: Path) -> None:
    path = studio.tape(recorded({"text": "a"}), recorded({"text": "b"}))
    with studio.cassette(path) as cassette:
        play = Play(tape=Tape.of(cassette, 2), index=1, sent=cassette.requests[1], filtered=None, transport=None)
    finding = about(play, Code.REPLAYED_REQUEST, "message", "hint", tmp_path)
    assert (finding.cassette, finding.interaction, finding.message, finding.hint) == (
        "cassettes/tape.json",
        1,
        "message",
        "hint",
    )
    assert '"request"' in path.read_text().splitlines()[finding.line]
