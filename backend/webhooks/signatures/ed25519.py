"""ed25519 (RFC 8032): the sender signs with a private key, we verify with the public one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.webhooks.signatures.errors import SecretError
from backend.webhooks.signatures.scheme import Claim

_SEED_BYTES: Final = 32
_P: Final = 2**255 - 19
_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# With such a key, all zeros among them, anybody can sign. PyNaCl refuses it, OpenSSL does not.
_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyingKey:
    """A public key and how its signatures are read.

    Attributes:
        public: the key.
        decode: a signature from text, ValueError for what is none.
        prefix: before that; signatures without it are another key's.
    """

    public: Ed25519PublicKey
    decode: Callable[[str], bytes]
    prefix: str = ""

    def matches(self, claim: Claim) -> bool:
        """Return whether a signature is right."""
        signatures = [one.removeprefix(self.prefix) for one in claim.signatures if one.startswith(self.prefix)]
        return any(self._is_valid(signature, message) for message in claim.messages for signature in signatures)

    def _is_valid(self, signature: str, message: bytes) -> bool:
        try:
            self.public.verify(self.decode(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key and how its signatures are written."""

    private: Ed25519PrivateKey = field(repr=False)
    encode: Callable[[bytes], str]
    prefix: str = ""

    def write(self, message: bytes) -> str:
        """Return the signature of a message."""
        return self.prefix + self.encode(self.private.sign(message))


def read_public(text: str, decode: Callable[[str], bytes]) -> Ed25519PublicKey:
    """Return a public key.

    Raises:
        SecretError: it is not 32 encoded bytes, or one of the few keys that prove nothing.
    """
    try:
        data = decode(text)
        public = Ed25519PublicKey.from_public_bytes(data)
    except ValueError:
        raise SecretError("the public key is not 32 encoded bytes: copy it again from the provider") from None
    if int.from_bytes(data, "little") % 2**255 % _P in _SMALL_ORDER:
        raise SecretError("with this public key anybody could sign: copy the right one from the provider")
    return public


def read_private(text: str, decode: Callable[[str], bytes]) -> Ed25519PrivateKey:
    """Return a private key from its seed of 32 bytes, or from the 64 of seed and public key.

    Raises:
        SecretError: it is neither, or the halves do not belong together.
    """
    try:
        data = decode(text)
        private = Ed25519PrivateKey.from_private_bytes(data[:_SEED_BYTES])
    except ValueError:
        raise SecretError("the private key is not 32 or 64 encoded bytes: copy it again from the provider") from None
    if data[_SEED_BYTES:] not in {b"", private.public_key().public_bytes_raw()}:
        raise SecretError("the private key does not end in its own public key: copy it again from the provider")
    return private
