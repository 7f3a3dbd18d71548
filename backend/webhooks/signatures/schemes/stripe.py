"""Stripe: `Stripe-Signature` is `t={timestamp},v1={signature},…`, each a hex HMAC-SHA256 of `{timestamp}.{body}`.

Source: https://docs.stripe.com/webhooks/signature
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from backend.webhooks.signatures.encodings import HEX_SHA256
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.pairs import read_pairs
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, well_formed
from backend.webhooks.signatures.timestamps import read_timestamp, write_timestamp

_SIGNATURE: Final = "Stripe-Signature"
_FORM: Final = re.compile(HEX_SHA256)


class Stripe:
    """`whsec_` belongs to the secret. While secrets change there are several `v1`; `v0` is for tests and ignored."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery; of several `t` the first counts."""
        pairs = read_pairs(delivery.headers.need(_SIGNATURE), ",")
        timestamp = read_timestamp(pairs.get("t", [""])[0])
        return Claim(
            timestamp=timestamp,
            messages=(_message(timestamp, delivery.body),),
            signatures=well_formed(_FORM, pairs.get("v1", ()), _SIGNATURE),
        )

    def key(self, secret: str) -> Mac:
        """Read a secret, which is the text itself."""
        return Mac.of_text(secret)

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        message = _message(draft.now, draft.body)
        signatures = [f"v1={self.key(secret).write(message)}" for secret in secrets]
        return {_SIGNATURE: ",".join([f"t={write_timestamp(draft.now)}", *signatures])}


def _message(signed: datetime, body: bytes) -> bytes:
    return f"{write_timestamp(signed)}.".encode() + body


SCHEME: Final = Stripe()
