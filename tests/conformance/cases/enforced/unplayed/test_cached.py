# without: passed
# with test_asks: passed
# with test_asks_again: TC402
# tape: stock
"""What one test has cached answers the next, whose tape is never asked."""

import functools

import pytest

from shop import stock

in_stock = functools.cache(stock.in_stock)


@pytest.mark.vcr
def test_asks():
    assert "rose" in in_stock()


@pytest.mark.vcr
def test_asks_again():
    assert "tulip" in in_stock()
