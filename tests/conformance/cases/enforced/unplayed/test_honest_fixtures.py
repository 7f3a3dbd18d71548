# without: passed
# with: passed
# tape: stock_and_order
"""One answer is for setting up, the other for tearing down."""

import pytest

from shop import stock


@pytest.fixture
def flowers(vcr):
    yield stock.in_stock()
    stock.order("rose", 12)


@pytest.mark.vcr
def test_there_are_roses(flowers):
    assert "rose" in flowers
