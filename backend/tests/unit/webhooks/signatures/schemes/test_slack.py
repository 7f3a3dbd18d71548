"""Slack, beside its official library."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from slack_sdk.signature import Clock, SignatureVerifier

from backend.tests.unit.webhooks.signatures.differential import Lab, Sent, we_accept
from backend.tests.unit.webhooks.signatures.samples import NOW, reason
from backend.webhooks.signatures import Reason, Verified, sign, verify

LAB = Lab(
    scheme="slack",
    secrets=["hush", "other"],
    signature="X-Slack-Signature",
    timestamp="X-Slack-Request-Timestamp",
    junk=["{} ", " {}", "{},{}", "V0={}", "v0={}"],
)
RIGHT = LAB.right()
HEADERS = RIGHT.headers


def test_the_example_of_the_documentation() -> None:
    signed = datetime.fromtimestamp(1531420618, UTC)
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    assert sign("slack", [secret], body, signed) == headers
    assert verify("slack", [secret], headers, body, signed) == Verified(
        scheme="slack", id=None, timestamp=signed, secret_index=0
    )


def test_the_timestamp_is_signed() -> None:
    moved = {**HEADERS, "X-Slack-Request-Timestamp": str(int(NOW.timestamp()) + 1)}
    assert reason("slack", "hush", moved) is Reason.NO_MATCH


@pytest.mark.parametrize("form", ["{}", "v1={}", "V0={}", "v0={},v0={}", "v0=v0={}"])
def test_there_is_one_form(form: str) -> None:
    digest = HEADERS["X-Slack-Signature"].removeprefix("v0=")
    assert reason("slack", "hush", {**HEADERS, "X-Slack-Signature": form.format(digest, digest)}) is Reason.MALFORMED


class StoppedClock(Clock):
    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def now(self) -> float:
        return self.seconds


def library_accepts(sent: Sent) -> bool:
    verifier = SignatureVerifier(sent.secret, StoppedClock(sent.now))
    try:
        return verifier.is_valid_request(sent.body, dict(sent.headers))
    except ValueError:
        return False


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("slack", sent) == library_accepts(sent)


def test_the_signature_is_the_same() -> None:
    headers = sign("slack", ["hush"], b"{}", NOW)
    timestamp, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
    assert SignatureVerifier("hush").generate_signature(timestamp=timestamp, body="{}") == signature


@pytest.mark.parametrize("form", ["+{}", " {}", "{} ", "0{}", "{:_}"])
def test_we_are_stricter_with_timestamps(form: str) -> None:
    text = form.format(int(NOW.timestamp()))
    signature = "v0=" + hmac.new(b"hush", b"v0:%b:%b" % (text.encode(), RIGHT.body), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": text, "X-Slack-Signature": signature}
    sent = replace(RIGHT, headers=headers)
    assert library_accepts(sent)
    assert not we_accept("slack", sent)


def test_we_are_more_lenient_with_bodies_that_are_no_text() -> None:
    sent = LAB.right(b"\xff")
    assert not library_accepts(sent)
    assert we_accept("slack", sent)
