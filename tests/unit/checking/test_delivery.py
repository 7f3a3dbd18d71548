from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from tapecheck.checking.delivery import check_secrets, is_delivery, read_delivery, read_delivery_of
from tapecheck.checking.payload import Document, Malformed, Nothing
from tapecheck.contracts import Contracts
from tapecheck.errors import ConfigurationError
from tests.unit.checking.conftest import Write, exchanged
from tests.unit.checking.deliveries import EVENTS, FORM, WEBHOOKS, delivered


@pytest.fixture
def contracts(write: Write) -> Contracts:
    return write(WEBHOOKS, EVENTS).contracts


def test_a_delivery_is_named_and_read(contracts: Contracts) -> None:
    delivery = read_delivery(contracts, delivered({"city": "Oslo"}).request)
    assert delivery is not None
    assert (delivery.match.event, delivery.operation) == ("storm", "webhooks.storm")
    assert delivery.payload == Document(value={"city": "Oslo"})


@pytest.mark.parametrize("event", ["hail", None])
def test_an_event_without_a_schema_has_no_name_of_its_own(contracts: Contracts, event: str | None) -> None:
    delivery = read_delivery(contracts, delivered({"object": "weather.event"}, event=event).request)
    assert delivery is not None
    assert (delivery.match.event, delivery.operation) == (event, "webhooks")


def test_what_is_recognised_by_its_body(contracts: Contracts) -> None:
    delivery = read_delivery(contracts, delivered({"object": "weather.event", "type": "sun.rise"}, event=None).request)
    assert delivery is not None
    assert delivery.operation == "webhooks.sun.rise"


@pytest.mark.parametrize("content", [b"{}", b"", b"{", b'{"object": "weather"}', b"\xff"])
def test_what_nobody_recognises(contracts: Contracts, content: bytes) -> None:
    assert read_delivery(contracts, delivered(content, event=None).request) is None


@pytest.mark.parametrize(("method", "is_one"), [("post", True), ("GET", False), ("PUT", False)])
def test_deliveries_are_posted(contracts: Contracts, method: str, is_one: bool) -> None:
    request = replace(delivered({"city": "Oslo"}).request, method=method)
    assert (read_delivery(contracts, request) is not None) is is_one


def test_the_json_in_a_form(contracts: Contracts) -> None:
    body = urlencode({"payload": '{"object": "weather.event", "type": "storm"}', "more": "1"}).encode()
    delivery = read_delivery(contracts, delivered(body, event=None, media=FORM).request)
    assert delivery is not None
    assert delivery.operation == "webhooks.storm"
    assert delivery.payload == Document(value={"object": "weather.event", "type": "storm"})


def test_the_fields_of_a_form_without_it(contracts: Contracts) -> None:
    request = delivered(b"object=weather.event&type=storm&city=", event=None, media=f"{FORM}; charset=utf-8").request
    delivery = read_delivery(contracts, request)
    assert delivery is not None
    assert delivery.payload == Document(value={"object": "weather.event", "type": "storm", "city": ""})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"payload=%7B", "the field 'payload' of the body is not JSON: Expecting property name"),
        (b"payload=" + b"[" * 100_000, "the field 'payload' of the body cannot be read: it nests"),
        (b"\xff=1", "the body is no form that can be read"),
        (b"&".join(b"a=1" for _ in range(1001)), "the body is no form that can be read"),
    ],
)
def test_forms_that_cannot_be_read(contracts: Contracts, content: bytes, reason: str) -> None:
    delivery = read_delivery(contracts, delivered(content, media=FORM).request)
    assert delivery is not None
    assert isinstance(delivery.payload, Malformed)
    assert delivery.payload.reason.startswith(reason)


@pytest.mark.parametrize("media", [FORM, "application/json"])
def test_no_body(contracts: Contracts, media: str) -> None:
    delivery = read_delivery(contracts, delivered(b"", media=media).request)
    assert delivery is not None
    assert delivery.payload == Nothing()


@pytest.mark.parametrize("media", ["application/json", FORM])
def test_of_a_provider_that_is_known(contracts: Contracts, media: str) -> None:
    contract = contracts.by_provider["weather"]
    assert contract.webhooks is not None
    body = b'{"type": "storm"}' if media != FORM else urlencode({"payload": '{"type": "storm"}'}).encode()
    delivery = read_delivery_of(contract, contract.webhooks, delivered(body, event=None, media=media).request)
    assert (delivery.match.contract, delivery.operation) == (contract, "webhooks.storm")


def test_which_requests_are_deliveries(contracts: Contracts) -> None:
    assert is_delivery(contracts, delivered({}).request)
    assert not is_delivery(contracts, delivered({}, event=None).request)
    assert not is_delivery(contracts, exchanged({}, {"object": "weather.event"}).request)


def test_secrets_of_providers_that_sign(contracts: Contracts) -> None:
    check_secrets(contracts, {"weather": ("one", "two")})
    for secrets, message in (({"wether": ("s",)}, "given for 'wether'"), ({"weather": ("s", " ")}, "is empty or not")):
        with pytest.raises(ConfigurationError, match=message):
            check_secrets(contracts, secrets)
