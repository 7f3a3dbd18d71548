# without: passed
# with: passed
# tape: order
import pytest

from shop import stock


@pytest.mark.vcr(match_on=["method", "uri", "body"])
def test_an_order_is_placed():
    assert stock.order("rose", 12) == "order-1"
