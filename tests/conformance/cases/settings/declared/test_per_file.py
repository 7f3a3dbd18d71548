# without: passed
# with: passed
# tape: two_orders
import pytest

from shop import stock


@pytest.mark.vcr
def test_an_order():
    assert stock.order("lily", 12) == "order-1"
