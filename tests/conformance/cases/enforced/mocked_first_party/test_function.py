# without: passed
# with: TC503
# says with: shop.prices
"""The sum is mocked away, and so the test of the basket tests nothing."""

from unittest import mock

from shop import prices


@mock.patch("shop.prices.total", autospec=True, return_value=7)
def test_the_total_of_a_basket(total):
    assert prices.Basket(["rose"]).total() == 7
