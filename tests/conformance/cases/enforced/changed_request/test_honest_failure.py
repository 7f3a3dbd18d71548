# without: failed
# with: failed
# says: assert 'order-1' == 'order-13'
# tape: order
"""A test that fails says why itself, whatever else is wrong with it."""

import pytest

from shop import stock


@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order("rose", 13) == "order-13"
