# without: passed
# with: TC401
# tape: form
import pytest
import requests


@pytest.mark.vcr
def test_an_order_is_placed():
    answer = requests.post("https://wholesale.example/orders", data={"flower": "rose", "count": "13"}, timeout=5)
    assert answer.json()["id"] == "order-1"
