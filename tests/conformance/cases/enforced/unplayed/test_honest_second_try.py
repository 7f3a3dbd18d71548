# without: passed
# with: passed
# tape: busy_then_order
import pytest

from shop import stock


@pytest.mark.vcr
def test_a_busy_wholesaler():
    assert stock.order_patiently("rose", 12) == "order-1"
