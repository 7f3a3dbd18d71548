"""Slack: `X-Slack-Signature` is `v0=` and the hex HMAC-SHA256 of `v0:{timestamp}:{body}`.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from backend.webhooks.signatures.encodings import HEX_SHA256
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, well_formed
from backend.webhooks.signatures.timestamps import read_timestamp, write_timestamp

_SIGNATURE: Final = "X-Slack-Signature"
_TIMESTAMP: Final = "X-Slack-Request-Timestamp"
_FORM: Final = re.compile(f"v0={HEX_SHA256}")


class Slack:
    """The id of an event is in the body."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery."""
        signature = delivery.headers.need(_SIGNATURE)
        timestamp = read_timestamp(delivery.headers.need(_TIMESTAMP))
        return Claim(
            timestamp=timestamp,
            messages=(_message(timestamp, delivery.body),),
            signatures=well_formed(_FORM, [signature], _SIGNATURE),
        )

    def key(self, secret: str) -> Mac:
        """Read a secret, which is the text itself."""
        return Mac.of_text(secret, prefix="v0=")

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        signature = self.key(secrets[0]).write(_message(draft.now, draft.body))
        return {_TIMESTAMP: write_timestamp(draft.now), _SIGNATURE: signature}


def _message(signed: datetime, body: bytes) -> bytes:
    return f"v0:{write_timestamp(signed)}:".encode() + body


SCHEME: Final = Slack()
