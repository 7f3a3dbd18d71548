"""Shopify: the topic is in a header.

Source: https://shopify.dev/docs/apps/build/webhooks
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="shopify", events=("x-shopify-topic", "shopify-topic"))
