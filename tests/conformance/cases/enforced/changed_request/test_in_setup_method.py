# without: passed
# with: TC401
# says with: /count
# tape: order as order
from pathlib import Path

import vcr

from shop import stock

TAPE = Path(__file__).parent / "cassettes" / "test_in_setup_method" / "order.yaml"


class TestOrders:
    def setup_method(self):
        with vcr.use_cassette(str(TAPE)):
            self.order = stock.order("rose", 8)

    def test_it_has_a_number(self):
        assert self.order == "order-1"
