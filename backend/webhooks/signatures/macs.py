"""HMACs: written as the sender writes them, and compared as text, in constant time."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from backend.webhooks.signatures.errors import SecretError
from backend.webhooks.signatures.scheme import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Mac:
    """A shared secret and how its HMACs are written.

    Attributes:
        secret: the key.
        encode: the digest as text.
        prefix: before that.
    """

    secret: bytes = field(repr=False)
    encode: Callable[[bytes], str] = bytes.hex
    prefix: str = ""

    @classmethod
    def of_text(cls, secret: str, *, encode: Callable[[bytes], str] = bytes.hex, prefix: str = "") -> Self:
        """Return the HMAC whose key is the text itself, in UTF-8.

        Raises:
            SecretError: it cannot be encoded.
        """
        try:
            return cls(secret=secret.encode(), encode=encode, prefix=prefix)
        except UnicodeEncodeError:
            raise SecretError("the secret is no Unicode text: check its environment variable") from None

    def write(self, message: bytes, algorithm: str = "sha256") -> str:
        """Return the signature of a message."""
        return self.prefix + self.encode(hmac.digest(self.secret, message, algorithm))

    def matches(self, claim: Claim) -> bool:
        """Return whether a signature is right; how long that takes does not tell which, nor how nearly."""
        expected = [self.write(message, claim.algorithm) for message in claim.messages]
        return sum(hmac.compare_digest(right, sent) for right in expected for sent in claim.signatures) > 0
