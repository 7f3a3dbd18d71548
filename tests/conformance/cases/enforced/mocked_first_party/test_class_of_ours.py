# without: passed
# with: TC503
import unittest
from unittest import mock

from shop import prices


class BasketTest(unittest.TestCase):
    def setUp(self):
        patcher = mock.patch("shop.prices.Basket", autospec=True)
        self.basket = patcher.start()
        self.addCleanup(patcher.stop)

    def test_the_total(self):
        self.basket.return_value.total.return_value = 3
        self.assertEqual(prices.Basket(["rose"]).total(), 3)
