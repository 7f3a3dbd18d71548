from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import ClassVar

import pytest

from tapecheck.cassettes import LOCK, Provenance, Source, digest, write_lock
from tapecheck.checking import FileResult, Request, run, sound
from tapecheck.errors import ConfigurationError, ContractError, TapecheckError
from tapecheck.model import Code, OperationTotals, Report, Selection, Severity
from tests.unit.checking.conftest import Weather, Write
from tests.unit.checking.deliveries import EVENTS, SECRET, WEBHOOKS

TAPE = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://{host}/report
    headers: {{Content-Type: [application/json]}}
    body: '{{"city": "Oslo"}}'
  response:
    status: {{code: 200, message: OK}}
    headers: {{Content-Type: [application/json]}}
    body: {{string: '{body}'}}
"""
GOOD, BAD, DRIFTS, STRANGE = (
    TAPE.format(host=host, body=body)
    for host, body in (
        ("api.weather.example", '{"id": "1"}'),
        ("api.weather.example", '{"id": 1}'),
        ("api.weather.example", '{"id": "1", "new": 1}'),
        ("other.example", "{}"),
    )
)
BROKEN = "version: 1\ninteractions: ["

Tapes = Callable[..., tuple[Path, ...]]


@pytest.fixture
def tapes(tmp_path: Path) -> Tapes:
    """Write cassettes into a folder, and return their paths in order."""

    def written(*contents: str, folder: str = "tapes") -> tuple[Path, ...]:
        paths = tuple(tmp_path / folder / f"{number:03}.yaml" for number in range(len(contents)))
        for path, content in zip(paths, contents, strict=True):
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return paths

    return written


def told(report: Report) -> list[tuple[str, str]]:
    return [(Path(finding.cassette).name, finding.code.value) for finding in report.findings]


def test_a_report_counts_what_was_checked(weather: Weather, tapes: Tapes) -> None:
    paths = tapes(GOOD, BAD, DRIFTS, STRANGE, BROKEN)
    report = run(Request(paths=paths, contracts=weather.folder))
    summary = report.summary
    assert (summary.cassettes, summary.interactions, summary.checked, summary.unmatched) == (5, 4, 3, 1)
    assert (summary.errors, summary.warnings) == (2, 1)
    assert told(report) == [("001.yaml", "TC101"), ("002.yaml", "TC201"), ("004.yaml", "TC302")]
    assert report.operations == (
        OperationTotals(provider="weather", operation="report", interactions=3, errors=1, warnings=1),
    )
    assert report.failed


def test_a_selection_changes_findings_and_counts(weather: Weather, tapes: Tapes) -> None:
    request = Request(
        paths=tapes(BAD, DRIFTS), contracts=weather.folder, selection=Selection(select=("TC2",), strict=True)
    )
    report = run(request)
    assert [(finding.code, finding.severity) for finding in report.findings] == [
        (Code.UNDECLARED_FIELD, Severity.ERROR)
    ]
    assert (report.summary.errors, report.summary.warnings) == (1, 0)
    assert [(one.errors, one.warnings) for one in report.operations] == [(1, 0)]


def test_findings_come_in_the_order_of_files(weather: Weather, tapes: Tapes) -> None:
    first, second, third = tapes(BAD, DRIFTS, BAD)
    backwards = run(Request(paths=(third, second, first), contracts=weather.folder))
    assert told(backwards) == [("002.yaml", "TC101"), ("001.yaml", "TC201"), ("000.yaml", "TC101")]
    folder = run(Request(paths=(first.parent,), contracts=weather.folder))
    assert told(folder) == [("000.yaml", "TC101"), ("001.yaml", "TC201"), ("002.yaml", "TC101")]


def test_findings_of_one_file_stand_together_by_their_lines(weather: Weather, tapes: Tapes, tmp_path: Path) -> None:
    (path,) = tapes(BAD + BAD.partition("interactions:\n")[2])
    (tmp_path / "tapes/cassettes.lock").write_text("version = 1\n", encoding="utf-8")
    nowhere = tmp_path / "none.yaml"
    report = run(Request(paths=(path, nowhere), contracts=weather.folder, own=(path.parent,)))
    assert [(Path(one.cassette).name, one.code.value) for one in report.findings] == [
        ("000.yaml", "TC305"),
        ("000.yaml", "TC101"),
        ("000.yaml", "TC101"),
        ("none.yaml", "TC302"),
    ]
    lines = [one.line for one in report.findings[:3]]
    assert lines == sorted(lines)


def test_only_cassettes_of_ones_own_must_be_matched(weather: Weather, tapes: Tapes) -> None:
    (mine,), (theirs,) = tapes(STRANGE, folder="mine"), tapes(STRANGE, folder="theirs")
    report = run(Request(paths=(mine, theirs), contracts=weather.folder, own=(mine.parent,)))
    assert [(Path(one.cassette), one.code) for one in report.findings] == [(mine, Code.UNMATCHED)]
    assert report.summary.unmatched == 2


def test_ones_own_is_told_by_the_real_place(weather: Weather, tapes: Tapes, monkeypatch: pytest.MonkeyPatch) -> None:
    (mine,) = tapes(STRANGE, folder="mine")
    monkeypatch.chdir(mine.parent)
    report = run(Request(paths=(Path("../mine/000.yaml"),), contracts=weather.folder, own=(mine.parent,)))
    assert [one.cassette for one in report.findings] == [str(Path("../mine/000.yaml"))]


def test_a_path_that_leads_nowhere_stops_nothing(weather: Weather, tapes: Tapes, tmp_path: Path) -> None:
    report = run(Request(paths=(tmp_path / "none.yaml", *tapes(BAD)), contracts=weather.folder))
    assert told(report) == [("none.yaml", "TC302"), ("000.yaml", "TC101")]
    assert report.summary.cassettes == 2


def test_progress_is_told_after_each_file(weather: Weather, tapes: Tapes, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    paths = (tmp_path / "none.yaml", *tapes(GOOD, BROKEN, BAD))
    run(Request(paths=paths, contracts=weather.folder), lambda done, total: calls.append((done, total)))
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_nothing_to_check_is_an_empty_report(weather: Weather) -> None:
    report = run(Request(paths=(), contracts=weather.folder))
    assert (report.findings, report.operations, report.summary.cassettes) == ((), (), 0)


@pytest.mark.parametrize("engine", ["jsonschema-rs", "jsonschema"])
def test_many_processes_report_what_one_does(weather: Weather, tapes: Tapes, engine: str) -> None:
    paths = tapes(*[GOOD, BAD, DRIFTS, STRANGE, BROKEN] * 9)
    calls: list[tuple[int, int]] = []
    reports = [
        run(
            Request(paths=paths, contracts=weather.folder, own=(paths[0].parent,), engine=engine, jobs=jobs),
            lambda done, total: calls.append((done, total)),
        )
        for jobs in (1, 2)
    ]
    assert reports[0] == reports[1]
    assert len(reports[0].findings) == 36
    assert calls == [(done, 45) for done in range(1, 46)] * 2


class Pool:
    """Stands in for a pool of processes: it checks nothing, and where it is told to, it dies after the first file."""

    sizes: ClassVar[list[int]] = []
    dies: ClassVar[bool] = False

    def __init__(self, processes: int) -> None:
        self.sizes.append(processes)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def map(self, _: object, tasks: Sequence[object], chunksize: int) -> Iterator[FileResult]:
        yield FileResult()
        if self.dies:
            raise BrokenProcessPool
        yield from [FileResult()] * (len(tasks) - 1)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> type[Pool]:
    """Put the stand-in in place, on a machine of 8 processors."""
    monkeypatch.setattr(Pool, "sizes", [])
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(import_module("tapecheck.checking.run"), "ProcessPoolExecutor", Pool)
    return Pool


@pytest.mark.parametrize(
    ("files", "jobs", "sizes"), [(99, 0, []), (100, 0, [6]), (200, 0, [8]), (100, 1, []), (19, 4, []), (20, 4, [2])]
)
def test_a_pool_is_used_where_it_pays(
    weather: Weather, tapes: Tapes, pool: type[Pool], files: int, jobs: int, sizes: list[int]
) -> None:
    report = run(Request(paths=tapes(*[GOOD] * files), contracts=weather.folder, jobs=jobs))
    assert report.summary.cassettes == files
    assert pool.sizes == sizes


def test_a_process_that_dies_is_an_error_in_words(
    weather: Weather, tapes: Tapes, pool: type[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "dies", True)
    with pytest.raises(TapecheckError, match="one of 2 processes died") as caught:
        run(Request(paths=tapes(*[GOOD] * 20), contracts=weather.folder, jobs=2))
    assert caught.value.hint == "Check with --jobs 1, which takes the least memory."


def test_a_broken_contract_stops_a_run(weather: Weather) -> None:
    (weather.folder / "weather/contract.toml").write_text("no TOML", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        run(Request(paths=(), contracts=weather.folder))
    assert "more" not in str(caught.value)


def test_the_first_of_several_mistakes_tells_of_the_others(weather: Weather) -> None:
    file = weather.folder / "weather/contract.toml"
    file.write_text(file.read_text(encoding="utf-8") + "x = 1\ny = 2\n", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        sound(weather.folder)
    assert caught.value.hint is not None
    assert caught.value.hint.endswith(f"There is 1 more: `tapecheck lint {weather.folder}` lists all.")


def test_sound_contracts_are_returned(weather: Weather) -> None:
    assert [contract.provider for contract in sound(weather.folder)] == ["weather"]


DELIVERY = """\
version: 1
interactions:
- request:
    method: POST
    uri: http://127.0.0.1:8000/hooks
    headers:
      Content-Type: [application/json]
      X-Weather-Event: [storm]
      X-Weather-Signature: [sha256={signature}]
    body: '{{"city":"Oslo"}}'
  response:
    status: {{code: 204, message: No Content}}
    headers: {{}}
    body: {{string: ''}}
"""


def signed(secret: str) -> str:
    return DELIVERY.format(signature=hmac.digest(secret.encode(), b'{"city":"Oslo"}', "sha256").hex())


@pytest.fixture
def hooks(write: Write) -> Weather:
    return write(WEBHOOKS, EVENTS)


def test_deliveries_are_checked_wherever_they_were_sent_to(hooks: Weather, tapes: Tapes) -> None:
    (path,) = tapes(signed(SECRET))
    report = run(Request(paths=(path,), contracts=hooks.folder, own=(path.parent,)))
    assert (report.summary.checked, report.summary.unmatched, report.findings) == (1, 0, ())
    assert [(one.provider, one.operation) for one in report.operations] == [("weather", "webhooks.storm")]


@pytest.mark.parametrize(("number", "jobs"), [(1, 1), (40, 2)], ids=["one process", "a pool"])
def test_signatures_are_checked_with_the_secrets_of_their_provider(
    hooks: Weather, tapes: Tapes, number: int, jobs: int
) -> None:
    paths = tapes(signed("another"), *[signed(SECRET)] * number)
    secrets = {"weather": ("an old one", SECRET)}
    report = run(Request(paths=paths, contracts=hooks.folder, secrets=secrets, jobs=jobs))
    assert told(report) == [("000.yaml", "TC111")]


def test_the_lock_says_a_secret_too(hooks: Weather, tapes: Tapes) -> None:
    good, bad = tapes(signed("its own"), signed("another"))
    entry = Provenance(digest="", source=Source.SANDBOX, date=date(2026, 1, 5), contract="2", tools={})
    entries = {path.name: replace(entry, digest=digest(path), secret="its own") for path in (good, bad)}
    write_lock(good.parent / LOCK, entries)
    assert told(run(Request(paths=(good.parent,), contracts=hooks.folder))) == [("001.yaml", "TC111")]


def test_a_secret_of_nobody_is_a_mistake(hooks: Weather, tapes: Tapes) -> None:
    with pytest.raises(ConfigurationError, match="given for 'nobody'"):
        run(Request(paths=tapes(GOOD), contracts=hooks.folder, secrets={"nobody": ("s",)}))
