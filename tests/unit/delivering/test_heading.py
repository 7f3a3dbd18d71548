from __future__ import annotations

from dataclasses import replace

from tapecheck.contracts import Contract, Place
from tapecheck.delivering.heading import headed, id_of, known_by, name_header
from tests.unit.delivering.conftest import FRESH


def test_headers_that_the_contract_asks_for(hub: Contract) -> None:
    assert hub.webhooks is not None
    fields = dict(headed(hub.webhooks, "push", {}, "7", "application/json"))
    kind = fields.pop("x-hub-kind")
    assert kind in ("app", "user")
    assert fields == {"content-type": "application/json", "x-hub-event": "push", "x-hub-delivery": "7"}


def test_where_the_body_says_it_all(bank: Contract) -> None:
    assert bank.webhooks is not None
    assert headed(bank.webhooks, "paid", {}, "7", "text/plain").fields == (("content-type", "text/plain"),)


def test_ids(hub: Contract, bank: Contract) -> None:
    assert hub.webhooks is not None
    assert bank.webhooks is not None
    assert id_of(hub.webhooks, {"id": "body"}, FRESH) == str(FRESH)
    assert id_of(bank.webhooks, {"id": "body"}, FRESH) == "body"
    assert id_of(bank.webhooks, {}, FRESH) == str(FRESH)
    assert id_of(replace(bank.webhooks, id=()), {"id": "body"}, FRESH) == str(FRESH)


def test_names_in_headers(hub: Contract, bank: Contract) -> None:
    assert hub.webhooks is not None
    assert bank.webhooks is not None
    assert name_header(hub.webhooks) == "x-hub-event"
    assert name_header(bank.webhooks) is None
    both = replace(bank.webhooks, name=(Place(pointer=("type",)), Place(header="kind")))
    assert name_header(both) == "kind"


def test_what_a_body_is_known_by(hub: Contract, bank: Contract) -> None:
    assert hub.webhooks is not None
    assert bank.webhooks is not None
    assert known_by(hub.webhooks, None) is hub.webhooks.recognised[0]
    assert known_by(bank.webhooks, {"object": "event"}) is bank.webhooks.recognised[0]
    assert known_by(bank.webhooks, {"object": "list"}) is None
