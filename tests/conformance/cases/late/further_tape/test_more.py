# without: passed
# with: passed
# summary: TC402
# tape: stock_and_order as more
"""The marker names a further tape, and no test asks what there is."""

import pytest

from shop import stock


@pytest.mark.vcr("more.yaml")
def test_roses():
    assert stock.order("rose", 12) == "order-1"
