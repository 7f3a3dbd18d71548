# without: passed
# with: TC401
# tape: order
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop import stock


@pytest.mark.vcr
def test_an_order_is_placed():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(stock.order, "rose", 99).result() == "order-1"
