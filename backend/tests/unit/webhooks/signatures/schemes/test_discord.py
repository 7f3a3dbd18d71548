"""Discord, beside its official library, which stands on PyNaCl."""

from __future__ import annotations

import hashlib

import pytest
from discord_interactions import verify_key  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from backend.tests.unit.webhooks.signatures.differential import EDGES, Lab, Sent, at, we_accept, with_header
from backend.tests.unit.webhooks.signatures.samples import (
    BODY,
    DISCORD_OTHER,
    DISCORD_PRIVATE,
    DISCORD_PUBLIC,
    NOW,
    reason,
)
from backend.webhooks.signatures import Reason, SecretError, sign, verify

LAB = Lab(
    scheme="discord",
    secrets=[DISCORD_PUBLIC, DISCORD_OTHER, "00" * 32],
    private=DISCORD_PRIVATE,
    signature="X-Signature-Ed25519",
    timestamp="X-Signature-Timestamp",
    alphabet="0123456789abcdefABCDEFxyz",
    junk=["{}00", "00{}", "0x{}", "{},{}"],
    # Not too old, nor in the future: the library does not look at the time.
    offsets=st.sampled_from([edge for edge in EDGES if abs(edge) <= 150]) | st.integers(-150, 150),
)
RIGHT = LAB.right()
HEADERS = RIGHT.headers
SIGNATURE = HEADERS["X-Signature-Ed25519"]


def test_hex_comes_in_either_case() -> None:
    verify("discord", [DISCORD_PUBLIC.upper()], {**HEADERS, "X-Signature-Ed25519": SIGNATURE.upper()}, BODY, NOW)


def test_the_timestamp_is_signed() -> None:
    moved = {**HEADERS, "X-Signature-Timestamp": str(int(NOW.timestamp()) + 1)}
    assert reason("discord", DISCORD_PUBLIC, moved) is Reason.NO_MATCH


@pytest.mark.parametrize("spoilt", [SIGNATURE[:-2], SIGNATURE + "00", SIGNATURE[:64] + " " + SIGNATURE[64:], "x" * 128])
def test_a_signature_is_128_digits(spoilt: str) -> None:
    assert reason("discord", DISCORD_PUBLIC, {**HEADERS, "X-Signature-Ed25519": spoilt}) is Reason.MALFORMED


def test_a_private_key_is_not_taken_for_a_public_one() -> None:
    assert reason("discord", DISCORD_PRIVATE, HEADERS) is Reason.NO_MATCH


def test_what_signs_is_a_seed() -> None:
    with pytest.raises(SecretError, match="private key"):
        sign("discord", [DISCORD_PRIVATE[:-2]], BODY, NOW)


def library_accepts(sent: Sent) -> bool:
    signature, timestamp = sent.header("X-Signature-Ed25519"), sent.header("X-Signature-Timestamp")
    if signature is None or timestamp is None:  # as the library's own decorator does
        return False
    return bool(verify_key(sent.body, signature, timestamp, sent.secret))


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("discord", sent) == library_accepts(sent)


@pytest.mark.parametrize("body", [b"\xff", b""])
def test_the_verdict_is_the_same_for_bodies_that_are_no_text(body: bytes) -> None:
    assert we_accept("discord", LAB.right(body))
    assert library_accepts(LAB.right(body))


@given(st.integers(0, 255))
def test_the_verdict_is_the_same_for_a_key_with_which_anybody_signs(number: int) -> None:
    forged = (1).to_bytes(32, "little") + bytes(32)
    headers = {"X-Signature-Ed25519": forged.hex(), "X-Signature-Timestamp": str(int(NOW.timestamp()))}
    body = hashlib.sha256(bytes([number])).digest()
    sent = Sent(secret="00" * 32, headers=headers, body=body, now=int(NOW.timestamp()))
    assert not we_accept("discord", sent)
    assert not library_accepts(sent)


@pytest.mark.parametrize("seconds", [-100_000, -301, 301, 100_000])
def test_we_are_stricter_with_time(seconds: int) -> None:
    assert library_accepts(at(RIGHT, seconds))
    assert not we_accept("discord", at(RIGHT, seconds))


@pytest.mark.parametrize("timestamp", ["", "+{}", "0{}", "yesterday"])
def test_we_are_stricter_with_timestamps(timestamp: str) -> None:
    text = timestamp.format(int(NOW.timestamp()))
    signature = SigningKey(bytes.fromhex(DISCORD_PRIVATE)).sign(text.encode() + RIGHT.body).signature.hex()
    headers = {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": text}
    sent = Sent(secret=DISCORD_PUBLIC, headers=headers, body=RIGHT.body, now=int(NOW.timestamp()))
    assert library_accepts(sent)
    assert not we_accept("discord", sent)


def test_we_are_stricter_with_spaces_in_hex() -> None:
    sent = with_header(RIGHT, "X-Signature-Ed25519", SIGNATURE[:64] + " " + SIGNATURE[64:])
    assert library_accepts(sent)
    assert not we_accept("discord", sent)
