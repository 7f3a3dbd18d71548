from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.outgoing.retry_after import LONGEST, parse_retry_after

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120\t", 120),
        ("007", 7),
        # The three forms of an HTTP-date, as RFC 9110, section 5.6.7 shows them.
        ("Mon, 05 Jan 2026 09:01:30 GMT", 90),
        ("Monday, 05-Jan-26 09:01:30 GMT", 90),
        ("Mon Jan  5 09:01:30 2026", 90),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Mon, 05 Jan 2026 09:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
        ("9" * 5000, LONGEST),
    ],
)
def test_reads_seconds_and_dates(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "-1", "+1", "1.5", "1e3", "inf", "nan", "١٢", "²", "soon", "2026-01-05T09:01:30Z", "120, 60"],
)
def test_takes_nothing_else(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@given(st.integers(min_value=0))
def test_any_number_of_seconds_is_itself_up_to_the_longest(seconds: int) -> None:
    assert parse_retry_after(str(seconds), NOW) == min(seconds, LONGEST)


@given(st.integers(min_value=-(10**9), max_value=int(LONGEST)))
def test_any_date_is_as_far_away_as_it_is(seconds: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(header, NOW) == max(seconds, 0)


@given(
    st.text() | st.from_regex(r"(Mon, )?[0-9]{1,3} Jan [0-9]{1,6} [0-9:]{1,9}( GMT| [+-][0-9]{4,6})?", fullmatch=True)
)
def test_whatever_comes_yields_a_usable_number_or_nothing(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST
