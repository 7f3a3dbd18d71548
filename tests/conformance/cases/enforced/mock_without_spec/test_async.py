# without: passed
# with: TC502
from unittest import mock

import httpx
import pytest

from shop import stock


@pytest.mark.anyio
@mock.patch("httpx.AsyncClient.post", new_callable=mock.AsyncMock)
async def test_an_order_is_placed(post):
    post.return_value = httpx.Response(200, json={"id": "order-1"})
    assert await stock.order_async("rose", 12) == "order-1"
