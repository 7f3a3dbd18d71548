# without: passed
# with: passed
# tape: order
import pytest

from shop import stock

pytestmark = pytest.mark.contracts(ignore=["TC401"], reason="the wholesaler takes whatever we send")


@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order("lily", 1) == "order-1"
