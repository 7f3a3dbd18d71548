"""The official libraries take the deliveries that we make."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import standardwebhooks
import stripe
import svix
from openai import OpenAI
from slack_sdk.signature import SignatureVerifier

from tapecheck.testing import generated_delivery, signed_headers

SECRET = "whsec_bWFkZSB1cCBmb3IgdGVzdHM="
Signed = tuple[bytes, Mapping[str, str]]


def made(provider: str, event: str) -> Signed:
    body = generated_delivery(provider, event)
    return body, signed_headers(provider, event, body, SECRET)


def test_stripe() -> None:
    body, headers = made("stripe", "customer.created")
    event = stripe.Webhook.construct_event(body, headers["stripe-signature"], SECRET)
    assert event.type == "customer.created"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", headers["stripe-signature"], SECRET)


def test_openai() -> None:
    body, headers = made("openai", "response.completed")
    event = OpenAI(api_key="unused").webhooks.unwrap(body.decode(), dict(headers), secret=SECRET)
    assert event.type == "response.completed"


def test_slack() -> None:
    body, headers = made("slack", "app_mention")
    sent = {name.title(): value for name, value in headers.items()}
    assert SignatureVerifier(SECRET).is_valid_request(body, sent)
    assert not SignatureVerifier("another").is_valid_request(body, sent)


def test_svix() -> None:
    body, headers = made("svix", "endpoint.created")
    svix.Webhook(SECRET).verify(body, dict(headers))
    with pytest.raises(svix.WebhookVerificationError):
        svix.Webhook(SECRET).verify(body + b" ", dict(headers))


def test_standard_webhooks() -> None:
    body, headers = made("standard-webhooks", "user.created")
    assert standardwebhooks.Webhook(SECRET).verify(body, dict(headers)) == json.loads(body)
