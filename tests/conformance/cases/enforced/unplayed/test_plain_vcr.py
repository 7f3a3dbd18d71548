# without: passed
# with: passed
# summary: TC402
# tape: stock_and_order as orders
"""A tape that is opened by hand may be for several tests, so it is told at the end of the run."""

from pathlib import Path

import vcr

from shop import stock


def test_an_order_is_placed():
    with vcr.use_cassette(str(Path(__file__).parent / "cassettes" / "test_plain_vcr" / "orders.yaml")):
        assert stock.order("rose", 12) == "order-1"
