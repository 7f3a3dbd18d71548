from __future__ import annotations

from pathlib import Path

import pytest
import vcr

from tapecheck.model import RunningTest
from tapecheck.replaying.record_modes import overridden
from tapecheck.replaying.tapes import Tape


def tape(mode: str, folder: Path) -> Tape:
    return Tape.of(vcr.cassette.Cassette.load(path=folder / "tape.yaml", record_mode=vcr.mode(mode)), 0)


@pytest.mark.parametrize(
    ("asked", "configured"),
    [("none", "none"), ("none", None), ("rewrite", "new_episodes"), ("all", "all"), ("once", None)],
)
def test_what_the_command_line_says_holds(asked: str, configured: str | None, test: RunningTest) -> None:
    assert overridden(asked, configured, (), test) is None


@pytest.mark.parametrize(("asked", "configured"), [("none", "once"), ("all", "none"), ("rewrite", "rewritten")])
def test_a_configuration_that_says_otherwise(asked: str, configured: str, test: RunningTest) -> None:
    finding = overridden(asked, configured, (), test)
    assert finding is not None
    assert (finding.code.value, finding.cassette, finding.line) == ("TC404", "test_a.py", 7)
    assert f"--record-mode={asked}, the test's configuration says {configured!r}" in finding.message


@pytest.mark.parametrize("mode", ["once", "new_episodes", "all"])
def test_a_cassette_that_is_open_for_recording(mode: str, test: RunningTest, tmp_path: Path) -> None:
    finding = overridden("none", None, [tape("none", tmp_path), tape(mode, tmp_path)], test)
    assert finding is not None
    assert f"opens tape.yaml with {mode!r}" in finding.message


def test_cassettes_that_only_replay(test: RunningTest, tmp_path: Path) -> None:
    assert overridden("none", "none", [tape("none", tmp_path)], test) is None
    assert overridden("once", None, [tape("all", tmp_path)], test) is None
