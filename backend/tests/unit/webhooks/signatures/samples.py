"""A delivery of every scheme, signed, to be spoilt by tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st

from backend.webhooks.signatures import Reason, SignatureError, sign, verify

NOW = datetime(2026, 11, 5, 12, 30, tzinfo=UTC)
BODY = b'{"type": "user.created", "name": "J\xc3\xbcrgen"}'

bodies = st.binary(max_size=200)
secrets = st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip()) and text.isprintable())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a scheme is tried.

    Attributes:
        secret: what we verify with.
        other: another one like it.
        private: what the sender signs with, where that is not the secret.
        tolerance: in seconds; None where no timestamp is signed.
        has_id: whether a header tells the delivery's id.
        url: that is called with a body.
    """

    scheme: str
    secret: str
    other: str
    private: str | None = None
    tolerance: int | None = 300
    has_id: bool = False
    url: Callable[[bytes], str | None] = field(default=lambda body: None)

    def sign(self, body: bytes = BODY, now: datetime = NOW) -> dict[str, str]:
        signed_id = "msg_1" if self.has_id else None
        return sign(self.scheme, [self.private or self.secret], body, now, id=signed_id, url=self.url(body))


def hashed_url(body: bytes) -> str:
    return f"https://hooks.example.com/twilio?bodySHA256={hashlib.sha256(body).hexdigest()}"


HMAC_SECRET, OTHER_HMAC_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PRIVATE_KEY = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="
PUBLIC_KEY = "whpk_ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g="
OTHER_PUBLIC_KEY = "whpk_O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="
DISCORD_PRIVATE = "5453540101010101010101010101010101010101010101010101010101010101"
DISCORD_PUBLIC = "1a24511040574e0fc85749bd89633a0f7d3fcb8fc49ef38a0204b4df67e64065"
DISCORD_OTHER = "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"

SAMPLES = {
    "generic": Sample(scheme="generic", secret="one", other="two", tolerance=None),
    "standard": Sample(scheme="standard", secret=HMAC_SECRET, other=OTHER_HMAC_SECRET, has_id=True),
    "standard, ed25519": Sample(
        scheme="standard", secret=PUBLIC_KEY, other=OTHER_PUBLIC_KEY, private=PRIVATE_KEY, has_id=True
    ),
    "openai": Sample(scheme="openai", secret=HMAC_SECRET, other=OTHER_HMAC_SECRET, has_id=True),
    "stripe": Sample(scheme="stripe", secret="whsec_one", other="whsec_two"),
    "github": Sample(scheme="github", secret="one", other="two", tolerance=None, has_id=True),
    "slack": Sample(scheme="slack", secret="one", other="two"),
    "svix": Sample(scheme="svix", secret=HMAC_SECRET, other=OTHER_HMAC_SECRET, has_id=True),
    "shopify": Sample(scheme="shopify", secret="one", other="two", tolerance=None, has_id=True),
    "twilio": Sample(scheme="twilio", secret="one", other="two", tolerance=None, has_id=True, url=hashed_url),
    "paddle": Sample(scheme="paddle", secret="pdl_one", other="pdl_two", tolerance=5),
    "discord": Sample(scheme="discord", secret=DISCORD_PUBLIC, other=DISCORD_OTHER, private=DISCORD_PRIVATE),
}


def reason(
    scheme: str,
    secret: str,
    headers: Mapping[str, str] | list[tuple[str, str]],
    *,
    body: bytes = BODY,
    now: datetime = NOW,
    url: str | None = None,
    method: str = "POST",
) -> Reason:
    """Why a delivery is refused, as it has to be."""
    with pytest.raises(SignatureError) as caught:
        verify(scheme, [secret], headers, body, now, url=url, method=method)
    return caught.value.reason


def replaced(headers: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """The headers with one set anew, which was there."""
    assert name in headers
    return {**headers, name: value}
