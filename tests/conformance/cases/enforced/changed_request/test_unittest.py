# without: passed
# with: TC401
# says with: /count
# tape: order as order
import unittest
from pathlib import Path

import vcr

from shop import stock

TAPE = Path(__file__).parent / "cassettes" / "test_unittest" / "order.yaml"


class OrderTest(unittest.TestCase):
    def setUp(self):
        cassette = vcr.use_cassette(str(TAPE))
        cassette.__enter__()
        self.addCleanup(cassette.__exit__, None, None, None)

    def test_an_order_is_placed(self):
        self.assertEqual(stock.order("rose", 10), "order-1")
