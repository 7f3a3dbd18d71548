"""Timestamps: one spelling, near to now."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.webhooks.signatures.errors import Reason, SignatureError
from backend.webhooks.signatures.timestamps import check_age, read_timestamp, write_timestamp

NOW = datetime(2026, 11, 5, 12, 30, tzinfo=UTC)


@given(st.integers(0, 99_999_999_999))
def test_what_is_written_is_read(seconds: int) -> None:
    moment = read_timestamp(str(seconds))
    assert moment.timestamp() == seconds
    assert write_timestamp(moment) == str(seconds)


def test_fractions_are_cut_off() -> None:
    assert write_timestamp(NOW + timedelta(microseconds=999_999)) == write_timestamp(NOW)


@given(st.text())
def test_only_one_text_stands_for_a_moment(text: str) -> None:
    with contextlib.suppress(SignatureError):
        assert write_timestamp(read_timestamp(text)) == text


@pytest.mark.parametrize(
    "text", ["", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "1\n", "1_0", "1" * 12, "\u0661", "\u00b9"]
)
def test_other_texts_are_malformed(text: str) -> None:
    with pytest.raises(SignatureError) as caught:
        read_timestamp(text)
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("seconds", [-5, 0, 5])
def test_both_edges_count(seconds: int) -> None:
    check_age(NOW - timedelta(seconds=seconds), NOW, timedelta(seconds=5))


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (timedelta(seconds=5, microseconds=1), Reason.TOO_OLD),
        (timedelta(seconds=-5, microseconds=-1), Reason.IN_THE_FUTURE),
    ],
)
def test_nothing_beyond_them_does(age: timedelta, reason: Reason) -> None:
    with pytest.raises(SignatureError, match="more than 5 s") as caught:
        check_age(NOW - age, NOW, timedelta(seconds=5))
    assert caught.value.reason is reason
