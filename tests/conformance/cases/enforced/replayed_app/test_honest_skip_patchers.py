# without: passed
# with: passed
# tape: order
"""The app is called by one client, which is left alone, and the wholesaler by another."""

import httpx2
import pytest

from shop.web import app


@pytest.mark.anyio
@pytest.mark.vcr(skip_patchers=["httpx2"])
async def test_an_order_is_placed():
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        answer = await client.post("/orders", json={"flower": "rose", "count": 12})
    assert answer.json() == {"id": "order-1"}
