"""New cassettes beside the committed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tapecheck.cassettes import write
from tapecheck.errors import CassetteError
from tapecheck.model import Headers, Interaction
from tapecheck.recording.comparing import changes, names
from tapecheck.recording.job import Change, Job, Kind
from tests.unit.recording.conftest import NAME, OTHER, answered

CLEAR = answered('{"sky": "clear"}')


def compare(job: Job, new: Mapping[str, list[Interaction]]) -> list[Change]:
    for name, interactions in new.items():
        write(job.root / "new" / name, interactions)
    return list(changes(job.root / "new", job.cassettes, job.contracts))


def differences(job: Job, *interactions: Interaction) -> list[str]:
    [change] = compare(job, {NAME: list(interactions)})
    assert change.kind is Kind.CHANGED
    return list(change.differences)


def test_every_cassette_has_its_kind(job: Job) -> None:
    write(job.cassettes / OTHER, [CLEAR])
    write(job.cassettes / "other/a/b.yaml", [CLEAR])
    found = compare(job, {NAME: [CLEAR], "weather/new.yaml": [CLEAR]})
    assert [(change.name, change.kind) for change in found] == [
        (NAME, Kind.UNCHANGED),
        (OTHER, Kind.KEPT),
        ("weather/new.yaml", Kind.NEW),
    ]


def test_the_first_recording_of_all(job: Job) -> None:
    write(job.root / "new" / NAME, [CLEAR])
    [change] = changes(job.root / "new", job.root / "absent", job.contracts)
    assert change.kind is Kind.NEW


def test_other_values(job: Job) -> None:
    assert differences(job, answered('{"sky": "grey"}')) == ["other values, of the same shape"]


def test_another_shape(job: Job) -> None:
    assert differences(job, answered('{"sky": "grey", "high": 3}')) == ["response: /high is new (integer)"]


def test_another_answer(job: Job) -> None:
    other = answered('{"sky": "grey"}', uri="https://api.weather.example/other", status=203)
    assert differences(job, other) == [
        "request: GET https://api.weather.example/other, was GET https://api.weather.example/forecast",
        "response: status 203, was 200",
    ]


def test_other_headers(job: Job) -> None:
    response = replace(CLEAR.response, headers=Headers((("Content-Type", "application/json"), ("X-Id", "1"))))
    request = replace(CLEAR.request, headers=Headers((("accept", "*/*"),)))
    assert differences(job, replace(CLEAR, request=request, response=response)) == [
        "request: the header accept is new",
        "response: the header x-id is new",
    ]


def test_more_interactions(job: Job) -> None:
    assert differences(job, answered("{}"), CLEAR) == [
        "interaction 0, response: /sky is gone (string)",
        "interaction 1, GET https://api.weather.example/forecast: is new",
    ]


def test_fewer_interactions(job: Job) -> None:
    write(job.cassettes / NAME, [CLEAR, CLEAR])
    assert differences(job, CLEAR) == ["interaction 1, GET https://api.weather.example/forecast: is gone"]


def test_one_that_could_not_be_read(job: Job) -> None:
    (job.cassettes / NAME).write_text("[", encoding="utf-8")
    assert differences(job, CLEAR)[0].startswith("the one that was there cannot be read: ")


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", scandir)
    with pytest.raises(CassetteError, match="Permission denied"):
        names(tmp_path)
