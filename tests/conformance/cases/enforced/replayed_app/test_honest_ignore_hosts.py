# without: passed
# with: passed
# tape: order
"""The app runs, and the call that it makes is replayed."""

import httpx
import pytest

from shop.web import app


@pytest.fixture
def vcr_config():
    return {"ignore_hosts": ["shop.test"]}


@pytest.mark.anyio
@pytest.mark.vcr
async def test_an_order_is_placed():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        answer = await client.post("/orders", json={"flower": "rose", "count": 12})
    assert answer.json() == {"id": "order-1"}
