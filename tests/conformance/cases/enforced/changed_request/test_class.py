# without: passed
# with: TC401
# tape: order as TestOrders.test_one_is_placed
import pytest

from shop import stock


@pytest.mark.vcr
class TestOrders:
    def test_one_is_placed(self):
        assert stock.order("rose", 1) == "order-1"
