# without: passed
# with: passed
# summary: TC306
# tape: order
# tape: stock as test_whose_test_was_deleted
"""A test was deleted, and its tape was not."""

import pytest

from shop import stock


@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order("rose", 12) == "order-1"
