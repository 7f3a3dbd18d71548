# without: passed
# with test_an_order_is_placed[12]: passed
# with test_an_order_is_placed[13]: TC401
# with test_an_order_is_placed[14]: TC401
# tape: order as test_an_order_is_placed[12]
# tape: order as test_an_order_is_placed[13]
# tape: order as test_an_order_is_placed[14]
"""The recording of one case was copied for the others."""

import pytest

from shop import stock


@pytest.mark.vcr
@pytest.mark.parametrize("count", [12, 13, 14])
def test_an_order_is_placed(count):
    assert stock.order("rose", count) == "order-1"
