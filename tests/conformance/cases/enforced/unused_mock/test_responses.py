# without: passed
# with: TC504
"""The second answer is asked for by nobody, and responses says nothing of it by default."""

import responses

from shop import stock


@responses.activate
def test_an_order_is_placed():
    responses.post("https://wholesale.example/orders", json={"id": "order-1"})
    responses.get("https://wholesale.example/flowers", json={"flowers": ["rose"]})
    assert stock.order_by_requests("rose", 12) == "order-1"
