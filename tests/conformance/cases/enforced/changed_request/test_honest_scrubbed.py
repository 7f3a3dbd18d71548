# without: passed
# with: passed
# tape: order
"""What the suite takes out of a request before it is recorded is compared without it too."""

import json

import pytest
import requests


def without_account(request):
    request.body = json.dumps({k: v for k, v in json.loads(request.body).items() if k != "account"}).encode()
    return request


@pytest.fixture
def vcr_config():
    return {"before_record_request": without_account, "filter_query_parameters": ["token"]}


@pytest.mark.vcr
def test_an_order_is_placed():
    order = {"flower": "rose", "count": 12, "account": "of-the-developer"}
    answer = requests.post("https://wholesale.example/orders", params={"token": "ours"}, json=order, timeout=5)
    assert answer.json()["id"] == "order-1"
