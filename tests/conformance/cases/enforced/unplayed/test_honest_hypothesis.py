# without: passed
# with: passed
# tape: stock
"""The test runs many times on one tape."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop import stock


@pytest.mark.vcr(allow_playback_repeats=True)
@settings(max_examples=5, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["rose", "tulip"]))
def test_there_is_each(flower):
    assert flower in stock.in_stock()
