# without: passed
# with: TC401
# tape: order
"""The request is sent while the fixtures are set up."""

import pytest

from shop import stock


@pytest.fixture
def order(vcr):
    return stock.order("rose", 99)


@pytest.mark.vcr
def test_an_order_has_a_number(order):
    assert order == "order-1"
