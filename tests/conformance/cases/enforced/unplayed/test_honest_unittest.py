# without: passed
# with: passed
# tape: two_orders as orders
import unittest
from pathlib import Path

import vcr

from shop import stock

TAPE = Path(__file__).parent / "cassettes" / "test_honest_unittest" / "orders.yaml"


class OrderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cassette = vcr.use_cassette(str(TAPE))
        cls.tape = cassette.__enter__()
        cls.addClassCleanup(cassette.__exit__, None, None, None)

    def test_roses(self):
        self.assertEqual(stock.order("rose", 12), "order-1")

    def test_tulips(self):
        self.assertEqual(stock.order("tulip", 6), "order-2")
        self.assertTrue(self.tape.all_played or self.tape.play_count == 1)
