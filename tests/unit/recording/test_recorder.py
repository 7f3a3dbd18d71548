"""Recording anew: all of it or nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Source, digest, read_lock
from tapecheck.errors import CassetteError, UsageError
from tapecheck.model import Code, Selection
from tapecheck.recording.job import Job, Kind, Outcome
from tapecheck.recording.recorder import record
from tests.unit.recording.conftest import KEY, NAME, OTHER, Tests, answered

STORM = answered('{"sky": "storm"}')


def no_stand_in() -> AbstractContextManager[str]:
    raise AssertionError("a stand-in was started")


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(job: Job) -> Outcome:
    return record(job, no_stand_in)


def test_new_cassettes_take_their_places(job: Job, tests: Tests) -> None:
    tests({NAME: STORM, OTHER: STORM})
    steps: list[str] = []
    outcome = record(job, no_stand_in, steps.append)
    assert (outcome.failed, outcome.replaced, outcome.source) == (False, True, Source.SANDBOX)
    assert [(change.name, change.kind) for change in outcome.changes] == [(NAME, Kind.CHANGED), (OTHER, Kind.NEW)]
    assert {name: entry.digest for name, entry in read_lock(job.cassettes / LOCK).items()} == {
        name: digest(job.cassettes / name) for name in (NAME, OTHER)
    }
    assert steps[:3] == ["running test_weather.py", "scrubbing", "checking"]
    assert [path.name for path in job.root.iterdir() if path.name.startswith(".")] == []


def test_a_dry_run_stops_before(job: Job, tests: Tests) -> None:
    tests({NAME: STORM})
    before = tree(job.cassettes)
    outcome = run(replace(job, dry_run=True))
    assert (outcome.failed, outcome.replaced) == (False, False)
    assert outcome.changes[0].kind is Kind.CHANGED
    assert tree(job.cassettes) == before


def test_tests_that_fail_change_nothing(job: Job, tests: Tests) -> None:
    tests({NAME: STORM}, "assert False, 'too bad'")
    before = tree(job.cassettes)
    outcome = run(job)
    assert (outcome.failed, outcome.report) == (True, None)
    assert "too bad" in outcome.tests
    assert tree(job.root / "cassettes") == before


@pytest.mark.parametrize(
    ("tape", "code"),
    [(answered("{}"), Code.RESPONSE_BODY), (answered("{}", uri="http://127.0.0.1:9/forecast"), Code.UNMATCHED)],
)
def test_what_breaks_the_contract_changes_nothing(job: Job, tests: Tests, tape: object, code: Code) -> None:
    tests({NAME: tape})
    before = tree(job.cassettes)
    outcome = run(job)
    assert outcome.failed
    assert outcome.report is not None
    [finding] = outcome.report.findings
    assert (finding.code, finding.cassette) == (code, str(job.cassettes / NAME))
    assert tree(job.cassettes) == before


def test_secrets_are_scrubbed(job: Job, tests: Tests) -> None:
    tests({NAME: answered(f'{{"sky": "clear", "api_key": "{KEY}"}}')})
    assert run(job).replaced
    assert KEY.encode() not in (job.cassettes / NAME).read_bytes()


def test_tests_that_record_nothing(job: Job, tests: Tests) -> None:
    tests({})
    with pytest.raises(UsageError, match="the tests passed and recorded nothing"):
        run(job)


def test_cassettes_that_are_no_yaml(job: Job, tests: Tests) -> None:
    tests({"weather/a.json": '{"version": 1, "interactions": []}'})
    with pytest.raises(CassetteError, match="expected a cassette of YAML"):
        run(job)


def test_without_a_key_nothing_starts(job: Job, tests: Tests) -> None:
    tests({}, "raise AssertionError")
    with pytest.raises(UsageError, match="WEATHER_API_KEY"):
        run(replace(job, source=Source.LIVE, base_url=None))
    assert sorted(path.name for path in job.root.iterdir()) == ["cassettes", "contracts", "test_weather.py"]


@pytest.mark.parametrize(
    "selection",
    [
        Selection(ignore=("TC1",)),
        Selection(select=("TC3",)),
        Selection(per_file_ignores={"cassettes/weather/*": ("TC101",)}),
    ],
)
def test_what_the_project_ignores_is_ignored(job: Job, tests: Tests, selection: Selection) -> None:
    tests({NAME: answered("{}")})
    assert run(replace(job, selection=selection)).replaced


def test_what_it_ignores_elsewhere_is_not(job: Job, tests: Tests) -> None:
    tests({NAME: answered("{}")})
    elsewhere = {"other/*": ("TC",), "cassettes/weather/*": ("TC2",)}
    assert run(replace(job, selection=Selection(per_file_ignores=elsewhere))).failed
