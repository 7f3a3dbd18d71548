# without: skipped
# with: skipped
# tape: two_orders
import pytest

from shop import stock


@pytest.mark.vcr
def test_skips_itself():
    assert stock.order("rose", 12) == "order-1"
    pytest.skip("the wholesaler takes no second order today")


@pytest.mark.skip(reason="not today")
@pytest.mark.vcr
def test_is_skipped():
    assert stock.order("rose", 12) == "order-1"
