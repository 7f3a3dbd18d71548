from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import slack_sdk.signature
import standardwebhooks
import stripe
import svix
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import InvalidWebhookSignatureError, OpenAI

from tapecheck.contracts import Each, Place, Reason, SignatureScheme, key_of, load, sign, verifies
from tapecheck.errors import ConfigurationError
from tapecheck.model import Headers

CONTRACTS = Path(__file__).parents[3] / "contracts"
NOW = 1_700_000_000


def each(expression: str) -> Each:
    return Each(pattern=re.compile(expression))


def of_the_standard(prefix: str) -> SignatureScheme:
    return SignatureScheme(
        header=f"{prefix}-signature",
        each=each("v1,([A-Za-z0-9+/]{43}=)"),
        encoding="base64",
        signed="{id}.{timestamp}.{body}",
        id=Place(header=f"{prefix}-id"),
        timestamp=Place(header=f"{prefix}-timestamp"),
        secret_prefix="whsec_",
        secret_encoding="base64",
    )


PLAIN = SignatureScheme(header="x-sig", each=each("sha256=([0-9a-f]{64})"))
IN_ONE_HEADER = SignatureScheme(
    header="stripe-signature",
    each=each(r"\bv1=([0-9a-f]{64})"),
    signed="{timestamp}.{body}",
    timestamp=Place(header="stripe-signature", each=each(r"\bt=([0-9]+)")),
)
IN_TWO_HEADERS = SignatureScheme(
    header="x-slack-signature",
    each=each("v0=([0-9a-f]{64})"),
    signed="v0:{timestamp}:{body}",
    timestamp=Place(header="x-slack-request-timestamp"),
)
LONG = SignatureScheme(
    header="x-sig", each=each("([0-9a-f]{128})"), algorithm="sha512", secret_encoding="hex", signed="{body}!"
)
SCHEMES = [PLAIN, IN_ONE_HEADER, IN_TWO_HEADERS, of_the_standard("webhook"), of_the_standard("svix"), LONG]

schemes = st.sampled_from(SCHEMES)
ids = st.text("abcXYZ019_-", min_size=1)
keys = st.binary(min_size=1)


def secret_of(scheme: SignatureScheme, key: bytes) -> str:
    """Write a key as a secret of the scheme."""
    if scheme.secret_encoding == "base64":
        return scheme.secret_prefix + base64.b64encode(key).decode()
    return key.hex()


@given(schemes, keys, st.binary(), ids, st.integers(0, 10**11))
def test_what_is_signed_verifies(scheme: SignatureScheme, key: bytes, body: bytes, number: str, now: int) -> None:
    secret = secret_of(scheme, key)
    headers = sign(scheme, secret, body=body, id=number, timestamp=now)
    assert verifies(scheme, [secret], headers, body) is None
    assert verifies(scheme, [secret_of(scheme, key + b"!"), secret], headers, body) is None


@given(schemes, st.data())
def test_a_changed_byte_does_not(scheme: SignatureScheme, data: st.DataObject) -> None:
    body = data.draw(st.binary(min_size=1))
    at, by = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(1, 255))
    secret = secret_of(scheme, b"a key")
    headers = sign(scheme, secret, body=body, id="msg_1", timestamp=NOW)
    changed = body[:at] + bytes([body[at] ^ by]) + body[at + 1 :]
    refusal = verifies(scheme, [secret], headers, changed)
    assert refusal is not None
    assert (refusal.reason, refusal.header) == (Reason.NO_MATCH, scheme.header)


@given(schemes, keys)
def test_another_secret_does_not(scheme: SignatureScheme, key: bytes) -> None:
    headers = sign(scheme, secret_of(scheme, key), body=b"{}", id="msg_1", timestamp=NOW)
    assert verifies(scheme, [secret_of(scheme, key + b"x")], headers, b"{}") is not None


@pytest.mark.parametrize("scheme", SCHEMES[1:5])
def test_id_and_time_are_signed_too(scheme: SignatureScheme) -> None:
    secret = secret_of(scheme, b"a key")
    headers = sign(scheme, secret, body=b"{}", id="msg_1", timestamp=NOW)
    later = Headers(tuple((name, value.replace(str(NOW), str(NOW + 1))) for name, value in headers))
    refusal = verifies(scheme, [secret], later, b"{}")
    assert refusal is not None
    assert refusal.reason is Reason.NO_MATCH


@pytest.mark.parametrize("scheme", SCHEMES)
def test_headers_that_are_missing_or_malformed(scheme: SignatureScheme) -> None:
    secret = secret_of(scheme, b"a key")
    headers = sign(scheme, secret, body=b"{}", id="msg_1", timestamp=NOW)
    for name in {name for name, _ in headers}:
        without = Headers(tuple(field for field in headers if field[0] != name))
        missing = verifies(scheme, [secret], without, b"{}")
        assert missing is not None
        assert (missing.reason, missing.header) == (Reason.MISSING, name)
    strange = Headers(tuple((name, "?" if name == scheme.header else value) for name, value in headers))
    malformed = verifies(scheme, [secret], strange, b"{}")
    assert malformed is not None
    assert (malformed.reason, malformed.header) == (Reason.MALFORMED, scheme.header)


def test_a_refusal_in_words() -> None:
    refusals = [
        verifies(PLAIN, ["s"], Headers(fields), b"")
        for fields in ((), (("x-sig", "?"),), (("X-Sig", f"sha256={'0' * 64}"),))
    ]
    assert list(map(str, refusals)) == [
        "the header x-sig is missing",
        "the header x-sig is not of the form that the contract says",
        "no signature in the header x-sig is that of the body",
    ]


def test_any_of_several_signatures_may_match() -> None:
    headers = sign(PLAIN, "new", body=b"{}", id="", timestamp=0)
    (right,) = headers.get_all("x-sig")
    wrong = f"sha256={'0' * 64}"
    for fields in ((("x-sig", f"{wrong} {right}"),), (("x-sig", wrong), ("x-sig", right))):
        assert verifies(PLAIN, ["old", "new"], Headers(fields), b"{}") is None


def test_the_plain_scheme_is_hmac_of_the_body() -> None:
    wanted = hmac.new(b"it's a secret", b"Hello, World!", hashlib.sha256).hexdigest()
    assert list(sign(PLAIN, "it's a secret", body=b"Hello, World!", id="", timestamp=0)) == [
        ("x-sig", f"sha256={wanted}")
    ]


@pytest.mark.parametrize(
    ("scheme", "secret"), [(PLAIN, ""), (PLAIN, "  "), (LONG, "xyz"), (SCHEMES[3], "whsec_"), (SCHEMES[3], "whsec_ä§")]
)
def test_a_secret_of_another_form(scheme: SignatureScheme, secret: str) -> None:
    with pytest.raises(ConfigurationError, match=f"empty or not {scheme.secret_encoding}") as caught:
        sign(scheme, secret, body=b"{}", id="msg_1", timestamp=NOW)
    assert not secret.strip() or secret not in str(caught.value)
    headers = sign(scheme, secret_of(scheme, b"a key"), body=b"{}", id="msg_1", timestamp=NOW)
    assert verifies(scheme, [secret], headers, b"{}") is not None


def test_the_prefix_of_a_secret_may_be_left_out() -> None:
    assert key_of(SCHEMES[3], "whsec_YSBrZXk=") == key_of(SCHEMES[3], " YSBrZXk ") == b"a key"


def by_standardwebhooks(secret: str, headers: Headers, body: bytes) -> None:
    standardwebhooks.Webhook(secret).verify(body, dict(headers))


def by_svix(secret: str, headers: Headers, body: bytes) -> None:
    svix.Webhook(secret).verify(body, dict(headers))


@cache
def _client() -> OpenAI:
    return OpenAI(api_key="unused")


def by_openai(secret: str, headers: Headers, body: bytes) -> None:
    _client().webhooks.verify_signature(body.decode(), dict(headers), secret=secret)


def by_stripe(secret: str, headers: Headers, body: bytes) -> None:
    stripe.WebhookSignature.verify_header(body.decode(), headers.get("stripe-signature"), secret, 300)


def by_slack(secret: str, headers: Headers, body: bytes) -> None:
    verifier = slack_sdk.signature.SignatureVerifier(secret)
    if not verifier.is_valid_request(body, {name.title(): value for name, value in headers}):
        raise ValueError("refused")


REFUSALS = (
    ValueError,
    standardwebhooks.WebhookVerificationError,
    svix.WebhookVerificationError,
    stripe.SignatureVerificationError,
    InvalidWebhookSignatureError,
)


@cache
def declared(provider: str, header: str) -> SignatureScheme:
    """Return the scheme that the contract of a provider declares for a header."""
    webhooks = load(CONTRACTS, lazily=True).contracts.by_provider[provider].webhooks
    assert webhooks is not None
    return next(scheme for scheme in webhooks.signatures if scheme.header == header)


@pytest.mark.parametrize(
    ("library", "provider", "header"),
    [
        (by_standardwebhooks, "standard-webhooks", "webhook-signature"),
        (by_svix, "svix", "webhook-signature"),
        (by_svix, "svix", "svix-signature"),
        (by_openai, "openai", "webhook-signature"),
        (by_stripe, "stripe", "stripe-signature"),
        (by_slack, "slack", "x-slack-signature"),
    ],
)
@settings(max_examples=20)
@given(key=keys, text=st.text())
def test_official_libraries_agree_with_the_contracts(
    library: Callable[[str, Headers, bytes], None], provider: str, header: str, key: bytes, text: str
) -> None:
    scheme = declared(provider, header)
    secret, body = secret_of(scheme, key), json.dumps({"text": text}).encode()
    headers = sign(scheme, secret, body=body, id="msg_1", timestamp=int(time.time()))
    library(secret, headers, body)
    other = body.replace(b"text", b"test")
    with pytest.raises(REFUSALS):
        library(secret, headers, other)
    assert verifies(scheme, [secret], headers, body) is None
    assert verifies(scheme, [secret], headers, other) is not None
