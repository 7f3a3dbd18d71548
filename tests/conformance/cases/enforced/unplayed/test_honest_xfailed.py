# without: xfailed
# with: xfailed
# tape: two_orders
import pytest

from shop import stock


@pytest.mark.xfail(reason="the second order gets a wrong number", strict=True)
@pytest.mark.vcr
def test_numbers():
    assert stock.order("rose", 12) == "order-2"
    assert stock.order("tulip", 6) == "order-1"
