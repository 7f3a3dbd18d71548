"""OpenAI, beside its official library."""

from __future__ import annotations

import base64
import hashlib
import hmac
import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import openai
import pytest
from hypothesis import given

from backend.tests.unit.webhooks.signatures.differential import (
    Lab,
    Sent,
    stopped_clock,
    we_accept,
    with_header,
)
from backend.tests.unit.webhooks.signatures.samples import BODY, HMAC_SECRET, NOW, OTHER_HMAC_SECRET, PUBLIC_KEY, reason
from backend.webhooks.signatures import Reason, SignatureError, sign, verify

if TYPE_CHECKING:
    from openai.resources.webhooks.webhooks import Webhooks

LAB = Lab(
    scheme="openai",
    secrets=[HMAC_SECRET, OTHER_HMAC_SECRET, "a text"],
    signature="webhook-signature",
    timestamp="webhook-timestamp",
    alphabet=string.ascii_letters + string.digits + "+/,! ",
    junk=["{} v1,{}", "v2,junk {}", "{} v1a,junk", "v1, {}", "junk {}", "  {}  ", "v1a,{}", "v1,a,b {}", "v1 {}"],
)
RIGHT = LAB.right()
HEADERS = RIGHT.headers
SIGNATURE = HEADERS["webhook-signature"]


def test_it_signs_as_the_standard_does() -> None:
    assert sign("standard", [HMAC_SECRET], BODY, NOW, id="msg_1") == HEADERS


@pytest.mark.parametrize("signatures", ["{bare}", "junk {bare}", "{bare} {signature}", "v2,x {bare}"])
def test_a_signature_may_come_without_its_version(signatures: str) -> None:
    listed = signatures.format(bare=SIGNATURE.removeprefix("v1,"), signature=SIGNATURE)
    verify("openai", [HMAC_SECRET], {**HEADERS, "webhook-signature": listed}, BODY, NOW)


def test_a_secret_without_its_prefix_is_the_text_itself() -> None:
    verify("openai", ["hush, hush"], sign("openai", ["hush, hush"], BODY, NOW), BODY, NOW)
    assert reason("openai", HMAC_SECRET.removeprefix("whsec_"), HEADERS) is Reason.NO_MATCH


def test_a_public_key_is_no_secret() -> None:
    forged = sign("openai", [PUBLIC_KEY.removeprefix("whpk_")], BODY, NOW)
    assert reason("openai", PUBLIC_KEY, forged) is Reason.NO_MATCH


@pytest.fixture(scope="module")
def webhooks() -> Iterator[Webhooks]:
    """The library; it makes no calls."""
    with openai.OpenAI(api_key="unused") as client:
        yield client.webhooks


def library_accepts(webhooks: Webhooks, sent: Sent) -> bool:
    with patch("openai.lib._webhooks.time", stopped_clock(sent.now)):
        try:
            webhooks.verify_signature(sent.body, sent.headers, secret=sent.secret)
        except (openai.InvalidWebhookSignatureError, ValueError, TypeError):
            return False
    return True


@given(LAB.deliveries())
def test_the_verdict_is_the_same(webhooks: Webhooks, sent: Sent) -> None:
    assert we_accept("openai", sent) == library_accepts(webhooks, sent)


@pytest.mark.parametrize("secret", ["a text", "J\u00fcrgen", "whsec"])
@pytest.mark.parametrize("form", ["{}", "{bare}", "junk {bare}", "v1,junk {bare}"])
def test_the_verdict_is_the_same_for_raw_secrets_and_bare_signatures(
    webhooks: Webhooks, secret: str, form: str
) -> None:
    headers = sign("openai", [secret], b"{}", NOW)
    signature = headers["webhook-signature"]
    headers["webhook-signature"] = form.format(signature, bare=signature.removeprefix("v1,"))
    sent = Sent(secret=secret, headers=headers, body=b"{}", now=int(NOW.timestamp()))
    assert we_accept("openai", sent)
    assert library_accepts(webhooks, sent)


@pytest.mark.parametrize("form", ["+{}", " {}", "{} ", "0{}", "1_{}"])
def test_we_are_stricter_with_timestamps(webhooks: Webhooks, form: str) -> None:
    text = RIGHT.headers["webhook-timestamp"]
    spelled = form.format(text) if "_" not in form else f"{text[0]}_{text[1:]}"
    signature = raw_signature(f"msg_1.{spelled}.".encode() + RIGHT.body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": spelled, "webhook-signature": signature}
    sent = replace(RIGHT, headers=headers)
    assert library_accepts(webhooks, sent)
    assert not we_accept("openai", sent)


def test_we_are_stricter_with_ids(webhooks: Webhooks) -> None:
    sent = replace(RIGHT, headers=sign("openai", [HMAC_SECRET], RIGHT.body, NOW, id="msg.1"))
    assert library_accepts(webhooks, sent)
    assert not we_accept("openai", sent)


def test_we_are_stricter_with_fractions_of_a_second(webhooks: Webhooks) -> None:
    """The library cuts them off."""
    late = NOW + timedelta(seconds=300.5)
    assert library_accepts(webhooks, replace(RIGHT, now=int(late.timestamp())))
    with pytest.raises(SignatureError) as caught:
        verify("openai", [HMAC_SECRET], RIGHT.headers, RIGHT.body, late)
    assert caught.value.reason is Reason.TOO_OLD


def test_we_are_more_lenient_with_bodies_that_are_no_text(webhooks: Webhooks) -> None:
    sent = LAB.right(b"\xff")
    assert not library_accepts(webhooks, sent)
    assert we_accept("openai", sent)


def test_we_are_more_lenient_with_secrets_whose_padding_is_missing(webhooks: Webhooks) -> None:
    sent = replace(RIGHT, secret="whsec_b25l", headers=sign("openai", ["whsec_b25l"], RIGHT.body, NOW))
    assert library_accepts(webhooks, sent)
    unpadded = replace(RIGHT, secret="whsec_dHdvMg", headers=sign("openai", ["whsec_dHdvMg=="], RIGHT.body, NOW))
    assert not library_accepts(webhooks, unpadded)
    assert we_accept("openai", unpadded)


def test_we_are_more_lenient_with_what_is_not_ascii(webhooks: Webhooks) -> None:
    sent = with_header(RIGHT, "webhook-signature", f"\u00e9 {SIGNATURE}")
    assert not library_accepts(webhooks, sent)
    assert we_accept("openai", sent)


def raw_signature(message: bytes) -> str:
    """The signature of any bytes, whatever they say of the time."""
    key = base64.b64decode(HMAC_SECRET.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
