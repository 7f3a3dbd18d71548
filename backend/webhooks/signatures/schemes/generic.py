"""Our own scheme, for senders without one: `X-Webhook-Signature` is the hex HMAC-SHA256 of the body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from backend.webhooks.signatures.encodings import HEX_SHA256
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, well_formed

_SIGNATURE: Final = "X-Webhook-Signature"
_FORM: Final = re.compile(HEX_SHA256)


class Generic:
    """Neither an id nor a timestamp is signed, so that a delivery can be sent again at any time."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery."""
        signature = delivery.headers.need(_SIGNATURE)
        return Claim(messages=(delivery.body,), signatures=well_formed(_FORM, [signature], _SIGNATURE))

    def key(self, secret: str) -> Mac:
        """Read a secret, which is the text itself."""
        return Mac.of_text(secret)

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        return {_SIGNATURE: self.key(secrets[0]).write(draft.body)}


SCHEME: Final = Generic()
