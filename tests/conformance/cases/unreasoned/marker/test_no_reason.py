# without: passed
# with: absent
# tape: order
import pytest

from shop import stock


@pytest.mark.vcr
@pytest.mark.contracts(ignore=["TC401"])
def test_an_order_is_placed():
    assert stock.order("rose", 120) == "order-1"
