# without: passed
# with: TC503
from unittest import mock

from shop.prices import Basket


def test_three_flowers_are_cheaper():
    with mock.patch.object(Basket, "discount", autospec=True, return_value=1):
        assert Basket(["rose", "rose", "rose"]).total() == 8
