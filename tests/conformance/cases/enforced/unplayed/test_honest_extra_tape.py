# without: passed
# with: passed
# tape: order
# tape: stock as common
"""Besides its own tape each test has one that all tests of the file have, and only one of them needs it."""

import pytest

from shop import stock

pytestmark = pytest.mark.vcr("common.yaml")


def test_order():
    assert stock.order("rose", 12) == "order-1"


def test_both():
    assert "rose" in stock.in_stock()
    assert stock.order("rose", 12) == "order-1"
