"""Shopify, beside its official library."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shopify_app import ShopifyApp

from backend.tests.unit.webhooks.signatures.differential import Lab, Sent, we_accept
from backend.tests.unit.webhooks.signatures.samples import BODY, NOW, reason
from backend.webhooks.signatures import Reason, sign, verify

HEADERS = sign("shopify", ["hush"], BODY, NOW, id="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")
SIGNATURE = HEADERS["X-Shopify-Hmac-SHA256"]
LAB = Lab(
    scheme="shopify",
    secrets=["hush", "other"],
    signature="X-Shopify-Hmac-SHA256",
    alphabet=string.printable,
    junk=["{} ", " {}", "{}=", "{},{}"],
)


def test_the_signature_is_the_base64_of_an_hmac() -> None:
    """The digest is that of GitHub's documentation, whose HMAC is the same."""
    headers = {"X-Shopify-Hmac-SHA256": "dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhc="}
    assert sign("shopify", ["It's a Secret to Everybody"], b"Hello, World!", NOW) == headers
    assert verify("shopify", ["It's a Secret to Everybody"], headers, b"Hello, World!", NOW).id is None


def test_the_id_is_that_of_the_delivery() -> None:
    assert verify("shopify", ["hush"], HEADERS, BODY, NOW).id == "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"


def test_events_have_headers_without_x() -> None:
    headers = {name.removeprefix("X-"): value for name, value in HEADERS.items()}
    assert verify("shopify", ["hush"], headers, BODY, NOW).id == "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"


def test_the_header_with_x_goes_first() -> None:
    verify("shopify", ["hush"], {**HEADERS, "Shopify-Hmac-Sha256": "wrong"}, BODY, NOW)
    other = sign("shopify", ["other"], BODY, NOW)
    assert reason("shopify", "hush", {**other, "Shopify-Hmac-Sha256": SIGNATURE}) is Reason.NO_MATCH
    empty = {"X-Shopify-Hmac-Sha256": "", "Shopify-Hmac-Sha256": SIGNATURE}
    assert reason("shopify", "hush", empty) is Reason.MISSING_HEADER


@pytest.mark.parametrize("spoilt", [SIGNATURE.rstrip("="), SIGNATURE + "=", SIGNATURE.replace("=", "A="), "a" * 64])
def test_base64_has_one_spelling(spoilt: str) -> None:
    assert reason("shopify", "hush", {"X-Shopify-Hmac-SHA256": spoilt}) is Reason.MALFORMED


def library_accepts(sent: Sent, old_secret: str | None = None) -> bool:
    app = ShopifyApp(client_id="1", client_secret=sent.secret, old_client_secret=old_secret)
    return app.verify_webhook_req(
        {"method": "POST", "headers": dict(sent.headers), "url": "https://app.example.com/", "body": sent.body.decode()}
    ).ok


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("shopify", sent) == library_accepts(sent)


@given(st.permutations(["hush", "other", "third"]))
def test_the_verdict_is_the_same_while_secrets_change(secrets: list[str]) -> None:
    new, old, signer = secrets
    for secret, expected in [(new, True), (old, True), (signer, False)]:
        headers = sign("shopify", [secret], b"{}", NOW)
        assert library_accepts(Sent(secret=new, headers=headers, body=b"{}", now=0), old) == expected
        assert (we_accept("shopify", Sent(secret=new, headers=headers, body=b"{}", now=0))) == (secret == new)
        if expected:
            verify("shopify", [new, old], headers, b"{}", NOW)


@given(st.data())
def test_the_verdict_is_the_same_for_any_mix_of_headers(data: st.DataObject) -> None:
    signatures = [sign("shopify", [secret], b"{}", NOW)["X-Shopify-Hmac-SHA256"] for secret in ["hush", "other"]]
    names = data.draw(st.sets(st.sampled_from(["X-Shopify-Hmac-SHA256", "shopify-hmac-sha256"])))
    headers = {name: data.draw(st.sampled_from([*signatures, ""])) for name in sorted(names)}
    sent = Sent(secret="hush", headers=headers, body=b"{}", now=0)
    assert we_accept("shopify", sent) == library_accepts(sent)
