from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from backend.errors import UnavailableError, UpstreamError
from backend.outgoing.statuses import BusyError, expect_whole, failure, host_of, reporting_busy

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def failed(status: int, **headers: str) -> UpstreamError:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    request = httpx.Request("GET", "https://api.example.com:8443/data?key=secret")
    return failure(httpx.Response(status, headers=fields, request=request), NOW)


@pytest.mark.parametrize(
    ("status", "transient", "blames_host"),
    [
        (302, False, False),
        (400, False, False),
        (404, False, False),
        (408, True, False),
        (425, True, False),
        (429, True, False),
        (500, True, True),
        (503, True, True),
        (529, True, True),
    ],
)
def test_what_a_status_means(status: int, transient: bool, blames_host: bool) -> None:
    found = failed(status)
    assert (found.transient, found.blames_host) == (transient, blames_host)
    assert found.detail == f"api.example.com:8443 answered {status}"


def answered(status: int) -> httpx.Response:
    return httpx.Response(status, request=httpx.Request("GET", "https://api.example.com/"))


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_is_passed_over(status: int) -> None:
    expect_whole(answered(status), NOW)


@pytest.mark.parametrize(("status", "transient"), [(101, False), (206, False), (304, False), (404, False), (500, True)])
def test_no_success_is_the_failure_that_it_is(status: int, *, transient: bool) -> None:
    with pytest.raises(UpstreamError, match=rf"api\.example\.com answered {status}") as caught:
        expect_whole(answered(status), NOW)
    assert caught.value.transient == transient


def test_a_part_is_no_success() -> None:
    with pytest.raises(UpstreamError, match="expected the whole") as caught:
        expect_whole(answered(206), NOW)
    assert not caught.value.blames_host


def test_when_to_come_back() -> None:
    assert failed(503, retry_after="7").retry_after == 7
    assert failed(500, retry_after="Mon, 05 Jan 2026 09:01:00 GMT").retry_after == 60
    assert failed(500).retry_after is None


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_to_be_left_alone_is_unavailable_in_the_end(status: int) -> None:
    with pytest.raises(UnavailableError) as caught, reporting_busy():
        raise failed(status, retry_after="3")
    assert caught.value.retry_after == 3
    assert isinstance(caught.value.__cause__, BusyError)


def test_other_failures_stay_what_they_are() -> None:
    with pytest.raises(UpstreamError), reporting_busy():
        raise failed(500)


def test_a_host_is_named_with_its_port_where_that_matters() -> None:
    assert host_of(httpx.URL("https://api.example.com/")) == "api.example.com"
    assert host_of(httpx.URL("https://api.example.com:8443/")) == "api.example.com:8443"
