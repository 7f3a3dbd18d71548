"""Who is asked, with which key, and what the lock may say of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest

from tapecheck.cassettes import Source
from tapecheck.errors import UsageError
from tapecheck.recording.asking import asked, check_access, source_on_record
from tapecheck.recording.job import Job

KEYED = {"WEATHER_API_KEY": "key", "HOME": "home", "TAPECHECK_BASE_URL": "http://left.over"}


@contextmanager
def stand_in() -> Iterator[str]:
    yield "http://127.0.0.1:1/weather"


def no_stand_in() -> AbstractContextManager[str]:
    raise AssertionError("a stand-in was started")


@pytest.mark.parametrize("environment", [{}, {"WEATHER_API_KEY": ""}], ids=["absent", "empty"])
def test_live_needs_the_key(job: Job, environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="the environment variable WEATHER_API_KEY is not set") as told:
        check_access(replace(job, source=Source.LIVE, environment=environment, base_url=None))
    assert "--source sandbox. Nothing was changed." in str(told.value)


def test_what_needs_no_key(job: Job) -> None:
    check_access(replace(job, environment={}))
    check_access(replace(job, source=Source.LIVE, environment=KEYED))
    keyless = replace(job.contract, environment=None)
    check_access(replace(job, source=Source.LIVE, environment={}, contract=keyless))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("127.0.0.1:80", "expected a URL such as"),
        ("ftp://127.0.0.1", "expected a URL such as"),
        ("https://", "expected a URL such as"),
        ("", "expected a URL such as"),
        ("http://127.0.0.1:port", "is no URL"),
        ("http://[::1", "is no URL"),
        ("http://api.weather.example", "would send the key over http"),
    ],
)
def test_urls_that_are_refused(job: Job, url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_access(replace(job, base_url=url))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:80", "http://localhost:80/weather", "http://[::1]:80", "https://proxy.example/weather"]
)
def test_urls_that_are_taken(job: Job, url: str) -> None:
    check_access(replace(job, base_url=url))


@pytest.mark.parametrize(
    ("url", "source"),
    [
        (None, Source.LIVE),
        ("https://api.weather.example", Source.LIVE),
        ("https://eu.api.weather.example:443/", Source.LIVE),
        ("http://api.weather.example", Source.SANDBOX),
        ("https://api.weather.example:8443", Source.SANDBOX),
        ("https://api.weather.example.evil.example", Source.SANDBOX),
        ("https://api.weather.example@evil.example", Source.SANDBOX),
        ("http://127.0.0.1:80/weather", Source.SANDBOX),
    ],
)
def test_live_is_what_the_provider_itself_answered(job: Job, url: str | None, source: Source) -> None:
    assert source_on_record(replace(job, source=Source.LIVE, base_url=url)) is source
    assert source_on_record(replace(job, source=Source.SANDBOX, base_url=url)) is Source.SANDBOX


def test_live_tests_get_the_key_and_ask_the_provider(job: Job) -> None:
    live = replace(job, source=Source.LIVE, environment=KEYED, base_url=None)
    with asked(live, no_stand_in) as variables:
        assert variables == {"WEATHER_API_KEY": "key", "HOME": "home", "TAPECHECK_SOURCE": "live"}
    with asked(replace(live, base_url="https://proxy.example"), no_stand_in) as variables:
        assert variables["TAPECHECK_BASE_URL"] == "https://proxy.example"


def test_a_stand_in_never_gets_a_key(job: Job) -> None:
    sandbox = replace(job, environment=KEYED, base_url=None)
    with asked(sandbox, stand_in) as variables:
        assert variables == {
            "HOME": "home",
            "TAPECHECK_SOURCE": "sandbox",
            "TAPECHECK_BASE_URL": "http://127.0.0.1:1/weather",
        }
    with asked(replace(sandbox, base_url="http://127.0.0.1:2"), no_stand_in) as variables:
        assert variables["TAPECHECK_BASE_URL"] == "http://127.0.0.1:2"
        assert "WEATHER_API_KEY" not in variables
