# without: passed
# with: TC401
# says with: /flower
# tape: order
import pytest

from shop import stock


@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order_by_requests("tulip", 12) == "order-1"
