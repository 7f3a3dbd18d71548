"""What is said of where cassettes came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Provenance, Source, digest, write_lock
from tapecheck.cassettes import write as write_cassette
from tapecheck.checking import Policy, Request, provenance, run
from tapecheck.contracts import lines_of_keys
from tapecheck.model import Code, Report, Severity
from tests.unit.checking.conftest import HEAD, Weather, Write, exchanged
from tests.unit.checking.deliveries import EVENTS, WEBHOOKS, delivered

DAY = date(2026, 1, 5)
NAME = "weather/report/plain.yaml"
TOLD = list[tuple[str, str, int, str]]


@dataclass(frozen=True)
class Tapes:
    """A folder with a cassette, its lock, and the contract that it falls under."""

    folder: Path
    weather: Weather

    @property
    def entry(self) -> Provenance:
        return Provenance(
            digest=digest(self.folder / NAME), source=Source.SANDBOX, date=DAY, contract="2", tools={"vcrpy": "9"}
        )

    def lock(self, entries: Mapping[str, Provenance]) -> None:
        write_lock(self.folder / LOCK, entries)

    def check(self, *paths: str, own: bool = True, **policy: object) -> Report:
        return run(
            Request(
                paths=tuple(map(Path, paths)) or (Path("tapes"),),
                contracts=self.weather.folder,
                own=(self.folder,) if own else (),
                policy=replace(Policy(today=DAY), **policy),  # type: ignore[arg-type]
            )
        )

    def told(self, *paths: str, own: bool = True, **policy: object) -> TOLD:
        findings = self.check(*paths, own=own, **policy).findings
        return [(finding.code.value, finding.cassette, finding.line, finding.message) for finding in findings]


@pytest.fixture
def tapes(tmp_path: Path, weather: Weather, monkeypatch: pytest.MonkeyPatch) -> Tapes:
    monkeypatch.chdir(tmp_path)
    write_cassette(tmp_path / "tapes" / NAME, [exchanged({"id": "a"})])
    made = Tapes(tmp_path / "tapes", weather)
    made.lock({NAME: made.entry})
    return made


def test_what_is_as_it_was_recorded_is_counted(tapes: Tapes) -> None:
    report = tapes.check()
    assert report.findings == ()
    assert (report.summary.live, report.summary.sandbox, report.summary.cassettes) == (0, 1, 1)
    tapes.lock({NAME: replace(tapes.entry, source=Source.LIVE)})
    assert (tapes.check().summary.live, tapes.check().summary.sandbox) == (1, 0)


def test_without_a_lock_nothing_is_said(tapes: Tapes) -> None:
    (tapes.folder / LOCK).unlink()
    report = tapes.check()
    assert (report.findings, report.summary.live, report.summary.sandbox) == ((), 0, 0)


def test_an_edited_cassette(tapes: Tapes) -> None:
    write_cassette(tapes.folder / NAME, [exchanged({"id": "b"})])
    message = "it is not what was recorded on 2026-01-05: it was edited by hand, or half recorded"
    assert tapes.told() == [("TC305", f"tapes/{NAME}", 1, message)]
    report = tapes.check()
    assert report.failed
    assert report.summary.sandbox == 0
    assert report.findings[0].hint == (
        "Take it back from version control, or record it again: `tapecheck record weather`."
    )


def test_a_cassette_without_an_entry(tapes: Tapes) -> None:
    tapes.lock({})
    message = "tapes/cassettes.lock has no entry of it, so nobody knows where it came from"
    assert tapes.told() == [("TC305", f"tapes/{NAME}", 1, message)]


def test_an_entry_without_a_cassette(tapes: Tapes) -> None:
    tapes.lock({NAME: tapes.entry, "weather/report/gone.yaml": tapes.entry})
    message = "the cassette 'weather/report/gone.yaml', which was recorded, is gone"
    found = [("TC305", "tapes/cassettes.lock", 4, message)]
    assert tapes.told() == found
    assert tapes.told("tapes/weather/report") == found
    assert tapes.told(f"tapes/{NAME}") == [], "the others were not looked for"


def test_a_lock_is_read_again_once_however_many_cassettes_are_gone(
    tapes: Tapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    tapes.lock({NAME: tapes.entry} | {f"weather/report/{number}.yaml": tapes.entry for number in range(5)})
    reads: list[str] = []

    def counted(text: str) -> dict[tuple[str | int, ...], int]:
        reads.append(text)
        return lines_of_keys(text)

    monkeypatch.setattr(provenance, "lines_of_keys", counted)
    assert [line for _, _, line, _ in tapes.told()] == [4, 11, 18, 25, 32]
    assert len(reads) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_in_the_place_of_a_cassette_stops_nothing(tapes: Tapes) -> None:
    (tapes.folder / NAME).unlink()
    os.mkfifo(tapes.folder / NAME)
    assert [code for code, *_ in tapes.told(f"tapes/{NAME}")] == ["TC302", "TC305"]


def test_a_folder_whose_cassettes_are_all_gone(tapes: Tapes) -> None:
    (tapes.folder / NAME).unlink()
    assert [told[:3] for told in tapes.told()] == [("TC305", "tapes/cassettes.lock", 4)]
    assert tapes.check().summary.cassettes == 0


def test_a_lock_that_cannot_be_read(tapes: Tapes) -> None:
    (tapes.folder / LOCK).write_text("version = 9", encoding="utf-8")
    assert tapes.told() == [("TC305", "tapes/cassettes.lock", 1, "the lock has version 9, expected 1")]


def test_a_cassette_that_cannot_be_read_is_what_was_recorded(tapes: Tapes) -> None:
    (tapes.folder / NAME).write_text("[", encoding="utf-8")
    tapes.lock({NAME: tapes.entry})
    assert [code for code, *_ in tapes.told()] == ["TC302"]


def test_a_lock_speaks_of_others_cassettes_too(tapes: Tapes) -> None:
    tapes.lock({})
    assert [code for code, *_ in tapes.told(own=False)] == ["TC305"]
    assert tapes.told(f"tapes/{NAME}", own=False) == [], "but only up to what is checked"


@pytest.mark.parametrize(("days", "codes"), [(365, []), (366, ["TC304"])])
def test_an_old_recording(tapes: Tapes, days: int, codes: list[str]) -> None:
    report = tapes.check(today=DAY + timedelta(days=days))
    assert [finding.code.value for finding in report.findings] == codes
    if codes:
        [finding] = report.findings
        assert (finding.severity, report.failed) == (Severity.WARNING, False)
        assert finding.message == "recorded 366 days ago, on 2026-01-05; weather allows 365"
        assert finding.hint == "Record it again: `tapecheck record weather`."


def test_without_a_clock_nothing_is_old(tapes: Tapes) -> None:
    tapes.lock({NAME: replace(tapes.entry, date=date(1970, 1, 1))})
    assert tapes.told(today=None) == []


def test_a_recording_for_another_version(tapes: Tapes) -> None:
    tapes.lock({NAME: replace(tapes.entry, contract="1")})
    message = "recorded for version '1' of the API; the contract describes '2'"
    assert tapes.told() == [("TC304", f"tapes/{NAME}", 1, message)]


def test_what_no_contract_covers_is_never_old(tapes: Tapes) -> None:
    write_cassette(tapes.folder / NAME, [exchanged({"id": "a"}, path="/other")])
    tapes.lock({NAME: replace(tapes.entry, contract="1", date=date(1970, 1, 1))})
    assert [code for code, *_ in tapes.told()] == ["TC301"]


def test_live_may_be_required(tapes: Tapes) -> None:
    message = "recorded from a stand-in (sandbox) on 2026-01-05, where live is required"
    assert tapes.told(require_live=True) == [("TC305", f"tapes/{NAME}", 1, message)]
    tapes.lock({NAME: replace(tapes.entry, source=Source.LIVE)})
    assert tapes.told(require_live=True) == []


def test_live_is_not_proved_without_a_lock(tapes: Tapes) -> None:
    (tapes.folder / LOCK).unlink()
    message = "no cassettes.lock says where it came from, where live is required"
    assert tapes.told(require_live=True) == [("TC305", f"tapes/{NAME}", 1, message)]
    assert tapes.told(own=False, require_live=True) == [("TC305", f"tapes/{NAME}", 1, message)]


def test_what_is_only_delivered_is_delivered_again(tapes: Tapes, write: Write) -> None:
    bare = HEAD.replace('hosts = ["api.weather.example"]\n', "")
    folder = write(WEBHOOKS, EVENTS).folder
    (folder / "weather/contract.toml").write_text(bare + WEBHOOKS, encoding="utf-8")
    write_cassette(tapes.folder / NAME, [delivered({"city": "Oslo"})])
    tapes.lock({NAME: replace(tapes.entry, date=DAY - timedelta(days=1000))})
    (finding,) = tapes.check().findings
    assert (finding.code, finding.operation) == (Code.STALE, None)
    assert finding.hint == "Deliver it again: `tapecheck deliver weather EVENT --to URL --save PATH`."
