"""Svix, beside its official library, which stands on that of Standard Webhooks."""

from __future__ import annotations

import string
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from svix.webhooks import Webhook, WebhookVerificationError

from backend.tests.unit.webhooks.signatures.differential import Lab, Sent, stopped_datetime, we_accept
from backend.tests.unit.webhooks.signatures.samples import (
    BODY,
    HMAC_SECRET,
    NOW,
    OTHER_HMAC_SECRET,
    PRIVATE_KEY,
    PUBLIC_KEY,
    reason,
)
from backend.webhooks.signatures import Reason, sign, verify

HEADERS = sign("svix", [HMAC_SECRET], BODY, NOW, id="msg_1")
NAMES = ["id", "timestamp", "signature"]
LAB = Lab(
    scheme="svix",
    secrets=[HMAC_SECRET, OTHER_HMAC_SECRET, HMAC_SECRET.removeprefix("whsec_")],
    signature="svix-signature",
    timestamp="svix-timestamp",
    alphabet=string.ascii_letters + string.digits + "+/",
    junk=["{} v1,{}", "v2,junk {}", "{} v1a,junk", "v1,YQ== {}", "v1a,{}", "{} junk"],
)


def test_it_signs_with_its_own_headers() -> None:
    assert list(HEADERS) == ["svix-id", "svix-timestamp", "svix-signature"]


@pytest.mark.parametrize("unbranded", [[], ["id"], ["timestamp"], ["signature"], NAMES])
def test_each_header_may_be_the_standards(unbranded: list[str]) -> None:
    headers = {("webhook-" if name in unbranded else "svix-") + name: HEADERS[f"svix-{name}"] for name in NAMES}
    assert verify("svix", [HMAC_SECRET], headers, BODY, NOW).id == "msg_1"


def test_its_own_headers_go_first() -> None:
    others = sign("standard", [OTHER_HMAC_SECRET], BODY, NOW, id="msg_2")
    assert verify("svix", [HMAC_SECRET], {**others, **HEADERS}, BODY, NOW).id == "msg_1"
    assert reason("svix", OTHER_HMAC_SECRET, {**others, **HEADERS}) is Reason.NO_MATCH
    assert reason("svix", OTHER_HMAC_SECRET, {**others, "svix-id": ""}) is Reason.MISSING_HEADER


def test_ed25519_is_known() -> None:
    verify("svix", [PUBLIC_KEY], sign("svix", [PRIVATE_KEY], BODY, NOW), BODY, NOW)


def library_accepts(sent: Sent) -> bool:
    with patch("standardwebhooks.webhooks.datetime", stopped_datetime(sent.now)):
        try:
            Webhook(sent.secret).verify(sent.body, dict(sent.headers))
        except (WebhookVerificationError, ValueError):
            return False
    return True


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("svix", sent) == library_accepts(sent)


@pytest.mark.parametrize("secrets", [(HMAC_SECRET, OTHER_HMAC_SECRET), (OTHER_HMAC_SECRET, HMAC_SECRET)])
@given(st.data())
def test_the_verdict_is_the_same_for_any_mix_of_headers(secrets: tuple[str, str], data: st.DataObject) -> None:
    body = BODY.decode().encode()
    headers = {
        **sign("svix", [secrets[0]], body, NOW, id="msg_1"),
        **sign("standard", [secrets[1]], body, NOW, id=data.draw(st.sampled_from(["msg_1", "msg_2"]))),
    }
    for name in data.draw(st.sets(st.sampled_from(sorted(headers)))):
        headers[name] = ""
    for name in data.draw(st.sets(st.sampled_from(sorted(headers)))):
        del headers[name]
    sent = Sent(secret=HMAC_SECRET, headers=headers, body=body, now=int(NOW.timestamp()))
    assert we_accept("svix", sent) == library_accepts(sent)
