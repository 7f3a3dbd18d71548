from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tapecheck.checking import RustEngine
from tapecheck.contracts import Contract, Contracts
from tapecheck.delivering import addressed, compose, generated
from tapecheck.delivering.bodies import FORM
from tapecheck.delivering.composing import Signing
from tapecheck.errors import GenerationError
from tapecheck.generation import PlainSource, RandomSource
from tests.unit.delivering.conftest import FRESH


def test_the_header_names_it(hub: Contract) -> None:
    delivery = generated(hub, "push", PlainSource(), FRESH)
    assert (delivery.event, delivery.id, delivery.origin) == ("push", str(FRESH), "generated")
    assert delivery.headers.get("x-hub-event") == "push"
    assert delivery.headers.get("x-hub-delivery") == str(FRESH)
    assert json.loads(delivery.body).keys() == {"ref", "repository"}


def test_the_body_names_it(bank: Contract) -> None:
    """Its schema alone would allow another name, and a body that nobody knows for the provider's."""
    delivery = generated(bank, "paid", PlainSource(), FRESH)
    value = json.loads(delivery.body)
    assert (value["type"], value["object"]) == ("paid", "event")
    assert value["id"] == delivery.id == "evt_1234567890ab4cde"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(seed=st.integers(0, 1000), event=st.sampled_from(["hub push", "hub ping", "bank paid"]))
def test_any_of_them_is_a_delivery_of_its_event(contracts: Contracts, seed: int, event: str) -> None:
    provider, name = event.split()
    contract = contracts.by_provider[provider]
    delivery = generated(contract, name, RandomSource(seed), uuid4())
    message = compose(delivery, Signing(secret="test", now=0))
    match = contracts.match_delivery(message.headers, lambda _: json.loads(message.body))
    assert match is not None
    assert (match.contract.provider, match.event) == (provider, name)
    assert RustEngine(contract.schemas).is_valid(delivery.schema.uri, json.loads(message.body))


def test_a_form(hub: Contract) -> None:
    delivery = generated(hub, "push", PlainSource(), FRESH, form=True)
    assert delivery.headers.get("content-type") == FORM
    assert delivery.body.startswith(b"payload=%7B%22ref%22")


def test_an_id_that_the_schema_does_not_allow_stays(bank: Contract) -> None:
    assert generated(bank, "fixed", PlainSource(), FRESH).id == "evt_only"


def test_a_name_that_the_schema_forbids(bank: Contract) -> None:
    with pytest.raises(GenerationError, match="no example of a delivery of 'strange'"):
        generated(bank, "strange", PlainSource(), FRESH)


def test_an_event_that_is_not_declared(bank: Contract) -> None:
    with pytest.raises(GenerationError, match="declares no event 'lost'"):
        generated(bank, "lost", PlainSource(), FRESH)
    with pytest.raises(GenerationError, match="declares no event 'paid'"):
        addressed(replace(bank, webhooks=None), "paid", b"{}", FRESH)


def test_a_body_of_ones_own_keeps_its_id(bank: Contract) -> None:
    delivery = addressed(bank, "paid", b'{"id": "evt_mine"}', FRESH)
    assert (delivery.id, delivery.body) == ("evt_mine", b'{"id": "evt_mine"}')
