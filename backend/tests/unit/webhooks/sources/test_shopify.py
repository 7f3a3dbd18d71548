from __future__ import annotations

from backend.tests.unit.webhooks.reading_sources import read


def test_the_topic_is_in_a_header() -> None:
    assert read("shopify", {"id": 820982911}, x_shopify_topic="orders/create").event == "orders/create"
    assert read("shopify", {"id": 820982911}, shopify_topic="Product").event == "Product"
