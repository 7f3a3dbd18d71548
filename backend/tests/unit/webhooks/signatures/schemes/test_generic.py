"""Our own scheme."""

from __future__ import annotations

import pytest

from backend.tests.unit.webhooks.signatures.samples import NOW, reason
from backend.webhooks.signatures import Reason, sign, verify

HEADERS = {"X-Webhook-Signature": "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}


def test_the_signature_is_the_hex_of_an_hmac() -> None:
    """The values are those of GitHub's documentation, whose HMAC is the same."""
    assert sign("generic", ["It's a Secret to Everybody"], b"Hello, World!", NOW) == HEADERS
    verify("generic", ["It's a Secret to Everybody"], HEADERS, b"Hello, World!", NOW)


@pytest.mark.parametrize("form", ["sha256={}", "{}{}", "0x{}"])
def test_there_is_one_form(form: str) -> None:
    signature = HEADERS["X-Webhook-Signature"]
    spoilt = {"X-Webhook-Signature": form.format(signature, signature)}
    assert reason("generic", "It's a Secret to Everybody", spoilt, body=b"Hello, World!") is Reason.MALFORMED


@pytest.mark.parametrize("signature", ["invalid", HEADERS["X-Webhook-Signature"].upper()])
def test_anything_else_is_malformed(signature: str) -> None:
    spoilt = {"X-Webhook-Signature": signature}
    assert reason("generic", "It's a Secret to Everybody", spoilt, body=b"Hello, World!") is Reason.MALFORMED
