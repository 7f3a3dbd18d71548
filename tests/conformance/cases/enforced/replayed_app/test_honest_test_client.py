# without: passed
# with: passed
# tape: order
import pytest
from fastapi.testclient import TestClient

from shop.web import app


@pytest.mark.vcr
def test_an_order_is_placed():
    with TestClient(app) as client:
        assert client.post("/orders", json={"flower": "rose", "count": 12}).json() == {"id": "order-1"}
