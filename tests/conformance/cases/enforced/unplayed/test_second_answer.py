# without: passed
# with: TC402
# tape: two_orders
"""The code once placed two orders, and now places one."""

import pytest

from shop import stock


@pytest.mark.vcr
def test_orders_are_placed():
    assert stock.order("rose", 12) == "order-1"
