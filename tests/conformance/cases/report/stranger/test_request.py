# without: passed
# with: passed
# summary: TC401
# tape: order
"""A suite that never asked for the plugin: what is found is told at the end, and nothing fails."""

import pytest

from shop import stock


@pytest.mark.vcr
def test_another_order_is_placed():
    assert stock.order("rose", 120) == "order-1"
