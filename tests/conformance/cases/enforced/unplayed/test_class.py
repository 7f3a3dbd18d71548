# without: passed
# with: TC402
# tape: stock_and_order as TestOrders.test_one_is_placed
import pytest

from shop import stock


class TestOrders:
    @pytest.mark.vcr
    def test_one_is_placed(self):
        assert stock.order_by_requests("rose", 12) == "order-1"
