# without: passed
# with: passed
# tape: order
"""The same data, written otherwise."""

import httpx
import pytest


@pytest.mark.vcr
@pytest.mark.parametrize("body", [b'{"count":12.0,"flower":"rose"}'], ids=["other-spelling"])
@pytest.mark.default_cassette("test_the_same_order")
def test_the_same_order(body):
    headers = {"content-type": "application/json", "user-agent": "another/2.0"}
    answer = httpx.post("https://wholesale.example/orders", content=body, headers=headers)
    assert answer.json()["id"] == "order-1"
