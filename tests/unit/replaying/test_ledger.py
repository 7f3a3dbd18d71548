from __future__ import annotations

import json
from pathlib import Path

import pytest

from tapecheck.contracts import Contracts
from tapecheck.model import Finding, Severity
from tapecheck.replaying import Ledger, TapeUse, unplayed, unused
from tests.unit.replaying.conftest import SAY, Studio, recorded


def use(path: Path, *played: int, interactions: int = 2) -> TapeUse:
    return TapeUse(path=path, interactions=interactions, played=frozenset(played))


@pytest.fixture
def tape(studio: Studio) -> Path:
    return studio.tape(recorded(), recorded(method="GET"))


def told(findings: list[Finding]) -> list[tuple[str, int | None]]:
    return [(finding.code.value, finding.interaction) for finding in findings]


def test_what_one_test_left(tape: Path, tmp_path: Path) -> None:
    [finding] = unplayed(use(tape, 0), tmp_path)
    assert told([finding]) == [("TC402", 1)]
    assert finding.message == f"GET {SAY} is on tape and was never played: 1 of 2 interactions were"
    assert finding.cassette == "cassettes/tape.json"
    assert finding.line > 1


def test_all_was_played(tape: Path, tmp_path: Path) -> None:
    assert not unplayed(use(tape, 0, 1), tmp_path)


def test_where_nobody_knows_which_it_is(tape: Path, tmp_path: Path) -> None:
    [finding] = unplayed(use(tape, interactions=1), tmp_path)
    assert finding.message.startswith("interaction 0 is on tape")
    assert (finding.line, finding.interaction) == (1, None)


def test_tests_that_share_a_tape(tape: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add(use(tape, 0))
    assert told(list(ledger.never_played([tape]))) == [("TC402", 1)]
    ledger.add(use(tape, 1))
    assert not list(ledger.never_played([tape]))


def test_tapes_that_are_not_asked_for(tape: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add(use(tape))
    assert not list(ledger.never_played([tape.with_name("other.json")]))


def test_tests_that_count_otherwise(tape: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add(use(tape, 0))
    ledger.add(use(tape, interactions=1))
    assert not list(ledger.never_played([tape]))


def test_cassettes_that_no_test_opens(studio: Studio, tape: Path, contracts: Contracts, tmp_path: Path) -> None:
    other = studio.tape(recorded(), name="below/other.json")
    for name, text in (("empty.json", '{"interactions": []}'), ("none.yaml", "a: 1"), ("broken.json", "{")):
        (studio.folder / name).write_text(text, encoding="utf-8")
    (studio.folder / "cassettes.lock").write_text("{}", encoding="utf-8")
    folders = [studio.folder, studio.folder / "none"]
    found = list(unused(folders, {tape.resolve()}, lambda: contracts, tmp_path))
    assert [(one.code.value, one.severity, one.cassette) for one in found] == [
        ("TC306", Severity.WARNING, "cassettes/below/other.json")
    ]
    assert not list(unused(folders, {tape.resolve(), other.resolve()}, lambda: contracts, tmp_path))


def test_what_another_tool_recorded_is_not_for_vcrpy(studio: Studio, contracts: Contracts, tmp_path: Path) -> None:
    studio.folder.mkdir()
    entry = {
        "request": {"method": "GET", "url": SAY, "headers": []},
        "response": {"status": 200, "statusText": "", "headers": [], "content": {}},
    }
    har = {"log": {"version": "1.2", "entries": [entry]}}
    (studio.folder / "a.json").write_text(json.dumps(har), encoding="utf-8")
    assert not list(unused([studio.folder], set(), lambda: contracts, tmp_path))


def test_what_a_query_holds_is_not_told(studio: Studio, tmp_path: Path) -> None:
    [finding] = unplayed(use(studio.tape(recorded(uri=f"{SAY}?key=obviously-a-test-key")), interactions=1), tmp_path)
    assert finding.message.startswith(f"POST {SAY} is on tape")
