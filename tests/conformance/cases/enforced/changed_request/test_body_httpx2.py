# without: passed
# with: TC401
# says with: /colour
# tape: order
import httpx2
import pytest


@pytest.mark.vcr
def test_an_order_is_placed():
    order = {"flower": "rose", "count": 12, "colour": "red"}
    with httpx2.Client() as client:
        answer = client.post("https://wholesale.example/orders", json=order)
    assert answer.json() == {"id": "order-1"}
