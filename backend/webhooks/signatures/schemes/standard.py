"""Standard Webhooks: `webhook-signature` lists signatures of `{id}.{timestamp}.{body}`, separated by spaces.

`v1,` is followed by a base64 HMAC-SHA256, `v1a,` by a base64 ed25519 signature.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.webhooks.signatures.ed25519 import SigningKey, VerifyingKey, read_private, read_public
from backend.webhooks.signatures.encodings import (
    BASE64_ED25519,
    BASE64_SHA256,
    read_base64,
    read_unpadded_base64,
    write_base64,
)
from backend.webhooks.signatures.errors import MissingHeaderError, Reason, SecretError, SignatureError
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, Key, well_formed
from backend.webhooks.signatures.timestamps import read_timestamp, write_timestamp

_HMAC, _ED25519 = "v1,", "v1a,"
_SHARED, _PUBLIC, _PRIVATE = "whsec_", "whpk_", "whsk_"
_FORM: Final = re.compile(f"{_HMAC}{BASE64_SHA256}|{_ED25519}{BASE64_ED25519}")
_MOST_ED25519: Final = 16
"""Checking one reads the whole body; thousands fit into a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardWebhooks:
    """The scheme, and what providers change in it.

    Attributes:
        prefixes: of the three headers; for each header the first that is there counts.
        lenient: a signature may come without its version, and a secret without `whsec_` is the text itself and not
            base64.
    """

    prefixes: tuple[str, ...] = ("webhook",)
    lenient: bool = False

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery."""
        ids, timestamps, signatures = map(self._names, ("id", "timestamp", "signature"))
        listed = delivery.headers.need(*signatures)
        timestamp = read_timestamp(delivery.headers.need(*timestamps))
        delivery_id = delivery.headers.delivery_id(*ids)
        if delivery_id is None:
            raise MissingHeaderError(ids[0])
        if "." in delivery_id:
            raise SignatureError(Reason.MALFORMED, f"the id in {ids[0]} has a '.', which parts it from the timestamp")
        return Claim(
            id=delivery_id,
            timestamp=timestamp,
            messages=(_message(delivery_id, timestamp, delivery.body),),
            signatures=self._signatures(listed, signatures[0]),
        )

    def key(self, secret: str) -> Key:
        """Read a secret (`whsec_`), a public key (`whpk_`), or the private key that it belongs to (`whsk_`)."""
        if secret.startswith(_PUBLIC):
            public = read_public(secret.removeprefix(_PUBLIC), read_unpadded_base64)
        elif secret.startswith(_PRIVATE):
            public = read_private(secret.removeprefix(_PRIVATE), read_unpadded_base64).public_key()
        else:
            return self._mac(secret)
        return VerifyingKey(public=public, decode=read_base64, prefix=_ED25519)

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        delivery_id = draft.id or f"msg_{hashlib.sha256(draft.body).hexdigest()[:27]}"
        message = _message(delivery_id, draft.now, draft.body)
        prefix = self.prefixes[0]
        return {
            f"{prefix}-id": delivery_id,
            f"{prefix}-timestamp": write_timestamp(draft.now),
            f"{prefix}-signature": " ".join(self._signing_key(secret).write(message) for secret in secrets),
        }

    def _names(self, name: str) -> tuple[str, ...]:
        return tuple(f"{prefix}-{name}" for prefix in self.prefixes)

    def _signatures(self, text: str, header: str) -> tuple[str, ...]:
        pieces = text.split(" ")
        if self.lenient:
            pieces = [piece if "," in piece else _HMAC + piece for piece in pieces]
        signatures = well_formed(_FORM, pieces, header)
        if sum(one.startswith(_ED25519) for one in signatures) > _MOST_ED25519:
            raise SignatureError(Reason.MALFORMED, f"{header} has more than {_MOST_ED25519} signatures of ed25519")
        return signatures

    def _mac(self, secret: str) -> Mac:
        if self.lenient and not secret.startswith(_SHARED):
            return Mac.of_text(secret, encode=write_base64, prefix=_HMAC)
        try:
            key = read_unpadded_base64(secret.removeprefix(_SHARED))
        except ValueError:
            key = b""
        if not key:
            raise SecretError(f"the secret is not base64 behind {_SHARED}: copy it again from the provider")
        return Mac(secret=key, encode=write_base64, prefix=_HMAC)

    def _signing_key(self, secret: str) -> Mac | SigningKey:
        if secret.startswith(_PUBLIC):
            raise SecretError(f"a public key cannot sign: pass the private one, which starts with {_PRIVATE}")
        if secret.startswith(_PRIVATE):
            private = read_private(secret.removeprefix(_PRIVATE), read_unpadded_base64)
            return SigningKey(private=private, encode=write_base64, prefix=_ED25519)
        return self._mac(secret)


def _message(delivery_id: str, signed: datetime, body: bytes) -> bytes:
    return f"{delivery_id}.{write_timestamp(signed)}.".encode() + body


SCHEME: Final = StandardWebhooks()
