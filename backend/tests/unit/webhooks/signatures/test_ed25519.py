"""ed25519."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.webhooks.signatures.ed25519 import SigningKey, VerifyingKey, read_private, read_public
from backend.webhooks.signatures.encodings import read_base64, read_hex, write_base64
from backend.webhooks.signatures.errors import SecretError
from backend.webhooks.signatures.scheme import Claim

SEED = bytes(range(32))
PRIVATE = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = PRIVATE.public_key().public_bytes_raw()
SIGNER = SigningKey(private=PRIVATE, encode=write_base64, prefix="v1a,")
VERIFIER = VerifyingKey(public=PRIVATE.public_key(), decode=read_base64, prefix="v1a,")
ORDER = 2**252 + 27742317777372353535851937790883648493


def claim(*signatures: str) -> Claim:
    return Claim(messages=(b"a", b"b"), signatures=signatures)


def test_any_signature_of_any_message_matches() -> None:
    assert VERIFIER.matches(claim("v1,YQ==", "v1a,YQ==", SIGNER.write(b"c"), SIGNER.write(b"b")))
    assert not VERIFIER.matches(claim("v1,YQ==", "v1a,YQ==", "v1a,!", SIGNER.write(b"c")))
    assert not VERIFIER.matches(claim())


def test_a_signature_of_another_version_does_not_count() -> None:
    assert not VERIFIER.matches(claim(SIGNER.write(b"a").replace("v1a,", "v1,")))


def test_a_signature_cannot_be_varied() -> None:
    """RFC 8032, section 5.1.7: the second half is below the group's order."""
    signature = PRIVATE.sign(b"a")
    varied = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not VERIFIER.matches(claim("v1a," + write_base64(varied)))


@pytest.mark.parametrize("text", ["", "ab", "ab" * 31, "ab" * 33, "zz" * 32, " " + "ab" * 32])
def test_a_public_key_has_32_bytes(text: str) -> None:
    with pytest.raises(SecretError, match="not 32 encoded bytes"):
        read_public(text, read_hex)


def test_a_public_key_is_read() -> None:
    assert read_public(PUBLIC.hex(), read_hex).public_bytes_raw() == PUBLIC


@pytest.mark.parametrize(
    "text",
    [
        "00" * 32,
        "00" * 31 + "80",
        "01" + "00" * 31,
        "01" + "00" * 30 + "80",
        "ec" + "ff" * 30 + "7f",
        "ec" + "ff" * 31,
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ],
)
def test_a_public_key_with_which_anybody_signs_is_none(text: str) -> None:
    with pytest.raises(SecretError, match="anybody could sign"):
        read_public(text, read_hex)


def test_why_such_a_key_is_none() -> None:
    """With all zeros, one message in four or so has a signature that needs no secret."""
    forged = (1).to_bytes(32, "little") + bytes(32)
    zeros = VerifyingKey(public=Ed25519PublicKey.from_public_bytes(bytes(32)), decode=read_hex)
    messages = tuple(hashlib.sha256(bytes([number])).digest() for number in range(64))
    assert zeros.matches(Claim(messages=messages, signatures=(forged.hex(),)))


@pytest.mark.parametrize("data", [SEED, SEED + PUBLIC], ids=["seed", "seed and public key"])
def test_a_private_key_is_read(data: bytes) -> None:
    assert read_private(data.hex(), read_hex).private_bytes_raw() == SEED


@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "ab" * 64, "zz" * 32])
def test_other_private_keys_are_none(text: str) -> None:
    with pytest.raises(SecretError, match="private key") as caught:
        read_private(text, read_hex)
    assert not text or text not in str(caught.value)


def test_the_private_key_is_not_shown() -> None:
    assert "Private" not in repr(SIGNER)
