# without: failed
# with: failed
# says: assert 'order-1' == 'order-9'
# tape: two_orders
"""A test that fails says why itself."""

import pytest

from shop import stock


@pytest.mark.vcr
def test_numbers():
    assert stock.order("rose", 12) == "order-9"
    assert stock.order("tulip", 6) == "order-2"
