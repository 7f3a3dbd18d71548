"""Discord: `X-Signature-Ed25519` is the hex ed25519 signature of timestamp and body, without anything between them.

Source: https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from backend.webhooks.signatures.ed25519 import SigningKey, VerifyingKey, read_private, read_public
from backend.webhooks.signatures.encodings import read_hex
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, well_formed
from backend.webhooks.signatures.timestamps import read_timestamp, write_timestamp

_SIGNATURE: Final = "X-Signature-Ed25519"
_TIMESTAMP: Final = "X-Signature-Timestamp"
_FORM: Final = re.compile(r"[0-9A-Fa-f]{128}")


class Discord:
    """The secret is the application's public key in hex; the id of an interaction is in the body."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery."""
        signature = delivery.headers.need(_SIGNATURE)
        timestamp = read_timestamp(delivery.headers.need(_TIMESTAMP))
        return Claim(
            timestamp=timestamp,
            messages=(_message(timestamp, delivery.body),),
            signatures=well_formed(_FORM, [signature], _SIGNATURE),
        )

    def key(self, secret: str) -> VerifyingKey:
        """Read a public key."""
        return VerifyingKey(public=read_public(secret, read_hex), decode=read_hex)

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery; the secret is a private key's seed in hex."""
        key = SigningKey(private=read_private(secrets[0], read_hex), encode=bytes.hex)
        return {_TIMESTAMP: write_timestamp(draft.now), _SIGNATURE: key.write(_message(draft.now, draft.body))}


def _message(signed: datetime, body: bytes) -> bytes:
    return write_timestamp(signed).encode() + body


SCHEME: Final = Discord()
