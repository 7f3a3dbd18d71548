"""Shopify: `X-Shopify-Hmac-SHA256` is the base64 HMAC-SHA256 of the body, with the app's client secret.

Source: https://shopify.dev/docs/apps/build/webhooks/verify-deliveries; its events have the headers without `X-`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from backend.webhooks.signatures.encodings import BASE64_SHA256, write_base64
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, given, well_formed

_SIGNATURES: Final = ("X-Shopify-Hmac-SHA256", "Shopify-Hmac-SHA256")
_IDS: Final = ("X-Shopify-Webhook-Id", "Shopify-Webhook-Id")
_FORM: Final = re.compile(BASE64_SHA256)


class Shopify:
    """There is no timestamp, and the id is not signed."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery."""
        signature = delivery.headers.need(*_SIGNATURES)
        return Claim(
            messages=(delivery.body,),
            signatures=well_formed(_FORM, [signature], _SIGNATURES[0]),
            id=delivery.headers.delivery_id(*_IDS),
        )

    def key(self, secret: str) -> Mac:
        """Read a secret, which is the text itself."""
        return Mac.of_text(secret, encode=write_base64)

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        return {_SIGNATURES[0]: self.key(secrets[0]).write(draft.body)} | given(_IDS[0], draft.id)


SCHEME: Final = Shopify()
