# without: passed
# with: passed
# tape: form
import httpx
import pytest


@pytest.mark.vcr
def test_an_order_is_placed():
    answer = httpx.post("https://wholesale.example/orders", data={"flower": "rose", "count": 12})
    assert answer.json()["id"] == "order-1"
