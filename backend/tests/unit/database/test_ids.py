from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.database.ids import new_id

moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(3000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


@given(moments)
def test_ids_have_one_form(moment: datetime) -> None:
    assert re.fullmatch("whd_[0-9a-f]{32}", new_id("whd", moment))


@given(moments, st.integers(1, 10**9))
def test_later_ids_sort_behind(moment: datetime, milliseconds: int) -> None:
    assert new_id("agt", moment) < new_id("agt", moment + timedelta(milliseconds=milliseconds + 1))


def test_no_two_are_the_same() -> None:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    assert len({new_id("agt", moment) for _ in range(1000)}) == 1000
