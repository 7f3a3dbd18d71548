"""Stripe, beside its official library."""

from __future__ import annotations

from unittest.mock import patch

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from backend.tests.unit.webhooks.signatures.differential import (
    EDGES,
    Lab,
    Sent,
    at,
    stopped_clock,
    we_accept,
    with_header,
)
from backend.tests.unit.webhooks.signatures.samples import BODY, NOW, reason
from backend.webhooks.signatures import Reason, sign, verify

SECRET = "whsec_hush"
HEADER = "Stripe-Signature"
LAB = Lab(
    scheme="stripe",
    secrets=[SECRET, "whsec_other", "hush"],
    signature=HEADER,
    junk=["{},v1=junk", "v1=,{}", "v0=junk,{}", "junk,{}", "{},", "{},t=1", "{},{}", " {}", "v1= {}", "v1=\u007f,{}"],
    # Not the future, at which the library does not look.
    offsets=st.sampled_from([edge for edge in EDGES if edge >= -300]) | st.integers(-300, 1000),
)
RIGHT = LAB.right()
SENT, SIGNATURE = (pair.partition("=")[2] for pair in RIGHT.headers[HEADER].split(","))
ZEROS = "0" * 64


def refused(header: str) -> Reason:
    return reason("stripe", SECRET, {HEADER: header})


def test_the_prefix_belongs_to_the_secret() -> None:
    assert reason("stripe", "hush", RIGHT.headers) is Reason.NO_MATCH


@pytest.mark.parametrize(
    "header",
    [
        f"v1={SIGNATURE},t={SENT}",
        f"t={SENT},v1={ZEROS},v1={SIGNATURE}",
        f"t={SENT},v1={SIGNATURE},v1={ZEROS}",
        f"t={SENT},v1={SIGNATURE},v0={ZEROS}",
        f"t={SENT},v1=,v1=x,v1,junk,=,v1={SIGNATURE}",
        f"t={SENT},v1={SIGNATURE},",
        f"t={SENT},v1=\u00e9,v1={SIGNATURE}",
        f"t={SENT},v1={SIGNATURE},t={int(SENT) + 1}",
    ],
)
def test_one_right_signature_is_enough(header: str) -> None:
    verify("stripe", [SECRET], {HEADER: header}, BODY, NOW)


@pytest.mark.parametrize(
    "header",
    [
        f"v1={SIGNATURE}",
        f"t,v1={SIGNATURE}",
        f"T={SENT},v1={SIGNATURE}",
        f"t={SENT}",
        f"t={SENT},v0={SIGNATURE}",
        f"t={SENT},V1={SIGNATURE}",
        f"t={SENT}, v1={SIGNATURE}",
        f"t={SENT};v1={SIGNATURE}",
        f"t={SENT},v1={SIGNATURE}=more",
        f"t={SENT},v1={SIGNATURE.upper()}",
        f"t={SENT}=1,v1={SIGNATURE}",
        "junk",
    ],
)
def test_other_forms_are_malformed(header: str) -> None:
    assert refused(header) is Reason.MALFORMED


def test_of_several_times_the_first_counts() -> None:
    assert refused(f"t={int(SENT) + 1},v1={SIGNATURE},t={SENT}") is Reason.NO_MATCH
    assert refused(f"t=,v1={SIGNATURE},t={SENT}") is Reason.MALFORMED


def library_accepts(sent: Sent) -> bool:
    with patch("stripe._webhook.time", stopped_clock(sent.now)):
        try:
            stripe.WebhookSignature.verify_header(sent.body, sent.header(HEADER), sent.secret, tolerance=300)
        except (stripe.SignatureVerificationError, ValueError, TypeError):
            return False
    return True


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("stripe", sent) == library_accepts(sent)


@given(st.lists(st.sampled_from([f"t={SENT}", "t=1", f"v1={SIGNATURE}", "v1=junk", "v0=a", "junk", "x="]), max_size=5))
def test_the_verdict_is_the_same_for_any_list(entries: list[str]) -> None:
    sent = with_header(RIGHT, HEADER, ",".join(entries))
    assert we_accept("stripe", sent) == library_accepts(sent)


def test_the_signature_is_the_same() -> None:
    ours = sign("stripe", [SECRET], b"{}", NOW)[HEADER]
    assert stripe.WebhookSignature.generate_signature_header("{}", SECRET, int(NOW.timestamp())) == ours


def test_we_are_stricter_with_the_future() -> None:
    assert library_accepts(at(RIGHT, -301))
    assert not we_accept("stripe", at(RIGHT, -301))


@pytest.mark.parametrize("form", ["t=+{},v1={}", "t= {} ,v1={}", "t=0{},v1={}", "t={},v1={}=more", "t={}=more,v1={}"])
def test_we_are_stricter_with_spellings(form: str) -> None:
    sent = with_header(RIGHT, HEADER, form.format(SENT, SIGNATURE))
    assert library_accepts(sent)
    assert not we_accept("stripe", sent)


@pytest.mark.parametrize("entry", ["v1", "v1=\u00e9", "t"])
def test_we_are_more_lenient_with_what_stands_before_a_right_signature(entry: str) -> None:
    sent = with_header(RIGHT, HEADER, f"{entry},t={SENT},v1={SIGNATURE}")
    assert not library_accepts(sent)
    assert we_accept("stripe", sent)


def test_we_are_more_lenient_with_bodies_that_are_no_text() -> None:
    sent = LAB.right(b"\xff")
    assert not library_accepts(sent)
    assert we_accept("stripe", sent)
