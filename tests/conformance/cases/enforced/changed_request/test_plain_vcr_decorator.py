# without: passed
# with: TC401
# says with: /count
# tape: order as order
from pathlib import Path

import vcr

from shop import stock

tapes = vcr.VCR(cassette_library_dir=str(Path(__file__).parent / "cassettes" / "test_plain_vcr_decorator"))


@tapes.use_cassette("order.yaml")
def test_an_order_is_placed():
    assert stock.order_by_requests("rose", 11) == "order-1"
