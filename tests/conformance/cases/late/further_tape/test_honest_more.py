# without: passed
# with: passed
# tape: stock_and_order as more
"""Two tests share a further tape, and play all of it between them."""

import pytest

from shop import stock

pytestmark = pytest.mark.vcr("more.yaml")


def test_roses():
    assert stock.order("rose", 12) == "order-1"


def test_what_there_is():
    assert stock.in_stock() == ["rose", "tulip"]
