# without: passed
# with: TC401
# says with: /count
# tape: order
import pytest

from shop import stock


@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order("rose", 120) == "order-1"
