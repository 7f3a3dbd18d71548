"""HMACs."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.webhooks.signatures.encodings import write_base64
from backend.webhooks.signatures.errors import SecretError
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.scheme import Claim


@given(st.binary(min_size=1, max_size=200), st.binary(max_size=200))
def test_a_mac_is_that_of_the_standard(secret: bytes, message: bytes) -> None:
    digest = hmac.new(secret, message, hashlib.sha256)
    assert Mac(secret=secret).write(message) == digest.hexdigest()
    assert Mac(secret=secret, encode=write_base64, prefix="v1,").write(message) == "v1," + write_base64(digest.digest())
    assert Mac(secret=secret).write(message, "sha1") == hmac.new(secret, message, hashlib.sha1).hexdigest()


def test_any_signature_of_any_message_matches() -> None:
    mac = Mac(secret=b"one")
    assert mac.matches(Claim(messages=(b"a", b"b"), signatures=("0" * 64, mac.write(b"b"))))
    assert not mac.matches(Claim(messages=(b"a", b"b"), signatures=("0" * 64, mac.write(b"c"))))
    assert not mac.matches(Claim(messages=(b"a",), signatures=()))


def test_the_claim_names_the_hash() -> None:
    mac = Mac(secret=b"one")
    assert mac.matches(Claim(messages=(b"a",), signatures=(mac.write(b"a", "sha1"),), algorithm="sha1"))
    assert not mac.matches(Claim(messages=(b"a",), signatures=(mac.write(b"a", "sha1"),)))


def test_a_text_is_taken_in_utf_8() -> None:
    assert Mac.of_text("J\u00fcrgen").secret == b"J\xc3\xbcrgen"
    with pytest.raises(SecretError, match="no Unicode text"):
        Mac.of_text("\ud800")


def test_the_secret_is_not_shown() -> None:
    assert "hunter2" not in repr(Mac.of_text("hunter2"))
