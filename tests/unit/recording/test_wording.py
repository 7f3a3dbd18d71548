"""What came of a recording, for people."""

from __future__ import annotations

from dataclasses import replace

from tapecheck.cassettes import Source
from tapecheck.model import Code, Finding, Report, Severity, Summary
from tapecheck.recording.job import Change, Job, Kind, Outcome
from tapecheck.recording.wording import describe

CHANGES = (
    Change(name="weather/a.yaml", kind=Kind.CHANGED, differences=("response: /a is new (string)", "other")),
    Change(name="weather/b.yaml", kind=Kind.NEW),
    Change(name="weather/c.yaml", kind=Kind.UNCHANGED),
    Change(name="weather/d.yaml", kind=Kind.KEPT),
)
DONE = Outcome(source=Source.SANDBOX, tests="", passed=True, changes=CHANGES, replaced=True)


def test_every_cassette_that_is_not_as_it_was_is_named(job: Job) -> None:
    assert describe(DONE, job) == (
        "changed   weather/a.yaml\n"
        "          response: /a is new (string)\n"
        "          other\n"
        "new       weather/b.yaml\n"
        "kept      weather/d.yaml (no test recorded it this time)\n"
        "weather, recorded sandbox: 1 new, 1 changed, 1 unchanged, 1 kept\n"
        "the new cassettes are in place\n"
    )


def test_nothing_new(job: Job) -> None:
    assert describe(replace(DONE, changes=CHANGES[2:]), job).endswith("nothing changed but the lock\n")


def test_a_dry_run(job: Job) -> None:
    assert describe(replace(DONE, replaced=False), job).endswith("dry run: nothing was replaced\n")


def test_errors(job: Job) -> None:
    finding = Finding(code=Code.RESPONSE_BODY, severity=Severity.ERROR, message="odd", cassette="a.yaml", line=1)
    report = Report(summary=Summary(), findings=(finding,), operations=())
    text = describe(replace(DONE, replaced=False, report=report), job)
    assert text.endswith("nothing was replaced, as these are errors\n")


def test_failing_tests(job: Job) -> None:
    text = describe(Outcome(source=Source.LIVE, tests="1 failed\n\n", passed=False), job)
    assert text == "1 failed\n\nweather: not every test passed, so nothing was replaced\n"


def test_a_base_url_is_not_the_provider(job: Job) -> None:
    assert "(not live: http://127.0.0.1:9 is no host of weather over https)" in describe(
        DONE, replace(job, source=Source.LIVE)
    )
