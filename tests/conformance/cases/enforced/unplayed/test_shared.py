# without: passed
# with: passed
# summary: TC402
# tape: two_orders as orders
"""Two tests share a tape, and neither plays the second order."""

import pytest

from shop import stock

pytestmark = [pytest.mark.vcr, pytest.mark.default_cassette("orders")]


def test_an_order_is_placed():
    assert stock.order("rose", 12) == "order-1"


def test_an_order_is_placed_by_requests():
    assert stock.order_by_requests("rose", 12) == "order-1"
