"""GitHub, beside gidgethub, as it has no library of its own for Python."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from gidgethub import BadRequest, ValidationFailure
from gidgethub.sansio import Event
from hypothesis import given

from backend.tests.unit.webhooks.signatures.differential import Lab, Sent, we_accept, with_header
from backend.tests.unit.webhooks.signatures.samples import BODY, NOW, reason
from backend.webhooks.signatures import Reason, Verified, sign, verify

SECRET = "It's a Secret to Everybody"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
SHA1 = "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
LAB = Lab(
    scheme="github",
    secrets=["hush", "other", "J\u00fcrgen"],
    signature="X-Hub-Signature-256",
    junk=["{} ", " {}", "{},{}", "sha256={}", "SHA256={}", "sha512={}"],
)
RIGHT = LAB.right()


def test_the_example_of_the_documentation() -> None:
    headers = {"X-Hub-Signature-256": SIGNATURE, "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"}
    assert verify("github", [SECRET], headers, b"Hello, World!", NOW) == Verified(
        scheme="github", id="72d3162e-cc78-11e3-81ab-4c9367dc0958", timestamp=None, secret_index=0
    )
    assert sign("github", [SECRET], b"Hello, World!", NOW, id=headers["X-GitHub-Delivery"]) == headers


def test_there_may_be_no_id() -> None:
    assert verify("github", [SECRET], {"X-Hub-Signature-256": SIGNATURE}, b"Hello, World!", NOW).id is None
    assert sign("github", [SECRET], b"Hello, World!", NOW) == {"X-Hub-Signature-256": SIGNATURE}


def test_sha_1_is_not_enough() -> None:
    assert reason("github", SECRET, {"X-Hub-Signature": SHA1}) is Reason.MISSING_HEADER
    assert reason("github", SECRET, {"X-Hub-Signature-256": SHA1}) is Reason.MALFORMED


@pytest.mark.parametrize("form", ["{}", "SHA256={}", "sha256= {}", "sha256={},sha256={}", "sha512={}"])
def test_there_is_one_form(form: str) -> None:
    digest = SIGNATURE.removeprefix("sha256=")
    headers = {"X-Hub-Signature-256": form.format(digest, digest)}
    assert reason("github", SECRET, headers, body=b"Hello, World!") is Reason.MALFORMED


def test_hex_is_lower_case() -> None:
    headers = {"X-Hub-Signature-256": "sha256=" + SIGNATURE.removeprefix("sha256=").upper()}
    assert reason("github", SECRET, headers, body=b"Hello, World!") is Reason.MALFORMED


def library_accepts(sent: Sent) -> bool:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    headers |= {"content-type": "application/json", "x-github-event": "push", "x-github-delivery": "1"}
    try:
        Event.from_http(headers, sent.body, secret=sent.secret)
    except (ValidationFailure, TypeError):
        return False
    except BadRequest:  # the signature is right, and the body no JSON
        return True
    return True


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("github", sent) == library_accepts(sent)


def test_the_verdict_is_the_same_for_bodies_that_are_no_text() -> None:
    assert we_accept("github", LAB.right(b"\xff"))
    assert library_accepts(LAB.right(b"\xff"))


def test_we_are_stricter_with_sha_1() -> None:
    sha1 = "sha1=" + hmac.new(b"hush", RIGHT.body, hashlib.sha1).hexdigest()
    for sent in [
        with_header(RIGHT, "X-Hub-Signature-256", sha1),
        Sent(secret="hush", headers={"X-Hub-Signature": sha1}, body=RIGHT.body, now=0),
    ]:
        assert library_accepts(sent)
        assert not we_accept("github", sent)
