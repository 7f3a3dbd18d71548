# without: passed
# with: TC503
"""The name is patched where it is used; what it stands for is first-party all the same."""

from unittest import mock

from fastapi.testclient import TestClient

from shop import web


def test_an_order_is_placed():
    with mock.patch.object(web.stock, "order_async", autospec=True, return_value="order-5"):
        answer = TestClient(web.app).post("/orders", json={"flower": "rose", "count": 1})
    assert answer.json() == {"id": "order-5"}
