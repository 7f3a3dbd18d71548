"""GitHub: `X-Hub-Signature-256` is `sha256=` and the hex HMAC-SHA256 of the body.

Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from backend.webhooks.signatures.encodings import HEX_SHA256
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, given, well_formed

_SIGNATURE: Final = "X-Hub-Signature-256"
_ID: Final = "X-GitHub-Delivery"
_FORM: Final = re.compile(f"sha256={HEX_SHA256}")


class GitHub:
    """There is no timestamp, and the id is not signed: whoever saw a delivery can send its body under a new one."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery."""
        signature = delivery.headers.need(_SIGNATURE)
        return Claim(
            messages=(delivery.body,),
            signatures=well_formed(_FORM, [signature], _SIGNATURE),
            id=delivery.headers.delivery_id(_ID),
        )

    def key(self, secret: str) -> Mac:
        """Read a secret, which is the text itself."""
        return Mac.of_text(secret, prefix="sha256=")

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        return {_SIGNATURE: self.key(secrets[0]).write(draft.body)} | given(_ID, draft.id)


SCHEME: Final = GitHub()
