# without: passed
# with: passed
"""A mock that one example does not need is used by another."""

from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shop import stock


@settings(max_examples=5, database=None, deadline=None)
@given(st.integers(1, 3))
@example(1)
def test_any_number_of_tries(tries):
    late = stock.httpx.ReadTimeout("late")
    with mock.patch("shop.stock.httpx.post", autospec=True, side_effect=late) as post:
        with mock.patch("shop.stock.time.sleep", autospec=True) as sleep:
            assert stock.order_patiently("rose", 1, tries=tries) is None
    assert post.call_count == sleep.call_count == tries
