# without: passed
# with: passed
# tape: two_orders as orders
"""Each test plays one half of the tape."""

import pytest

from shop import stock

pytestmark = [pytest.mark.vcr, pytest.mark.default_cassette("orders")]


def test_roses():
    assert stock.order("rose", 12) == "order-1"


def test_all():
    assert [stock.order("rose", 12), stock.order("tulip", 6)] == ["order-1", "order-2"]
