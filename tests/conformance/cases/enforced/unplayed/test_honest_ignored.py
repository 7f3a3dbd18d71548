# without: passed
# with: passed
# tape: two_orders
import pytest

from shop import stock


@pytest.mark.contracts(ignore=["TC402"], reason="the tape is the wholesaler's demonstration")
@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order("rose", 12) == "order-1"
