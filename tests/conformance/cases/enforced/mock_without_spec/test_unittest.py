# without: passed
# with: TC502
import unittest
from unittest import mock

from shop import stock


@mock.patch("httpx.get")
class StockTest(unittest.TestCase):
    def test_what_there_is(self, get):
        get.return_value.json.return_value = {"flowers": ["aster"]}
        self.assertEqual(stock.in_stock(), ["aster"])
