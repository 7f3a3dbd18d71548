# without: passed
# with: TC401
# says with: /count
# tape: order as order
from pathlib import Path

import vcr

from shop import stock

TAPE = Path(__file__).parent / "cassettes" / "test_plain_vcr" / "order.yaml"


def test_an_order_is_placed():
    with vcr.use_cassette(str(TAPE)):
        assert stock.order("rose", 11) == "order-1"
