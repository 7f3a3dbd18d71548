# without: passed
# with: passed
# tape: order
"""The count is random, and the test says so."""

import random

import pytest

from shop import stock


@pytest.mark.contracts(ignore=["/count"], reason="the count is drawn at random")
@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order("rose", random.randint(100, 200)) == "order-1"
