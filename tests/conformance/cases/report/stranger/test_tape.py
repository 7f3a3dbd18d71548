# without: passed
# with: passed
# summary: TC402 TC404
# tape: two_orders
import pytest

from shop import stock


@pytest.mark.vcr(record_mode="new_episodes")
def test_two_orders_are_placed():
    assert stock.order("rose", 12) == "order-1"
