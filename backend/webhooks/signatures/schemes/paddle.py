"""Paddle: `Paddle-Signature` is `ts={timestamp};h1={signature}`, the hex HMAC-SHA256 of `{timestamp}:{body}`.

Source: https://developer.paddle.com/webhooks/signature-verification
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from backend.webhooks.signatures.encodings import HEX_SHA256
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.pairs import read_pairs
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, well_formed
from backend.webhooks.signatures.timestamps import read_timestamp, write_timestamp

_SIGNATURE: Final = "Paddle-Signature"
_FORM: Final = re.compile(HEX_SHA256)
_TOLERANCE: Final = timedelta(seconds=5)


class Paddle:
    """While secrets change there are several `h1`. Keys that we do not know are left to later versions."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery; of several `ts` the last counts."""
        pairs = read_pairs(delivery.headers.need(_SIGNATURE), ";")
        timestamp = read_timestamp(pairs.get("ts", [""])[-1])
        return Claim(
            timestamp=timestamp,
            tolerance=_TOLERANCE,
            messages=(_message(timestamp, delivery.body),),
            signatures=well_formed(_FORM, pairs.get("h1", ()), _SIGNATURE),
        )

    def key(self, secret: str) -> Mac:
        """Read a secret, which is the text itself."""
        return Mac.of_text(secret)

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        message = _message(draft.now, draft.body)
        signatures = [f"h1={self.key(secret).write(message)}" for secret in secrets]
        return {_SIGNATURE: ";".join([f"ts={write_timestamp(draft.now)}", *signatures])}


def _message(signed: datetime, body: bytes) -> bytes:
    return f"{write_timestamp(signed)}:".encode() + body


SCHEME: Final = Paddle()
