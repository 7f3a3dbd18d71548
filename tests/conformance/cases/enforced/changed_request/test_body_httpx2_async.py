# without: passed
# with: TC401
# says with: /count
# tape: order
import httpx2
import pytest


@pytest.mark.anyio
@pytest.mark.vcr
async def test_an_order_is_placed():
    async with httpx2.AsyncClient() as client:
        answer = await client.post("https://wholesale.example/orders", json={"flower": "rose"})
    assert answer.json() == {"id": "order-1"}
