# without: passed
# with: passed
# summary: TC402
# tape: stock_and_order as orders
"""Tests of two files share the tape, and neither asks what there is."""

import pytest

from shop import stock


@pytest.mark.vcr
@pytest.mark.default_cassette("orders")
def test_roses_by_requests():
    assert stock.order_by_requests("rose", 12) == "order-1"
