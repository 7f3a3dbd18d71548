# without: passed
# with: passed
# tape: order
"""The suite itself says what matters in a body."""

import pytest

from shop import stock


@pytest.mark.vcr(match_on=["method", "uri", "same_flower"])
def test_an_order_is_placed():
    assert stock.order("rose", 13) == "order-1"
