# without: passed
# with: TC401
# says with: /count
# tape: order
import pytest

from shop import stock

pytestmark = [pytest.mark.anyio, pytest.mark.vcr]


async def test_an_order_is_placed():
    assert await stock.order_async("rose", -1) == "order-1"
