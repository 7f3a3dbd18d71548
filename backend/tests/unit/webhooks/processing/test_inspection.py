from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
import pytest

from backend.webhooks.delivery import Delivery
from backend.webhooks.processing.inspection import Inspection, Inspector, bundled_contracts
from backend.webhooks.processing.ledger import Held
from backend.webhooks.registry import SOURCES

if TYPE_CHECKING:
    from tapecheck import DeliveryContracts


def made(source: str, event: str, document: object) -> Delivery:
    return Delivery(
        id="whd_1",
        source=source,
        delivery_id="1",
        event=event,
        headers=(("content-type", "application/json"), ("x-github-event", event)),
        body=json.dumps(document).encode(),
        received_at=datetime(2026, 1, 5, tzinfo=UTC),
    )


def inspect(source: str, event: str, document: object) -> Inspection:
    return Inspector(bundled_contracts, SOURCES).inspect(made(source, event, document))


def test_the_bundled_contracts_are_read_once() -> None:
    assert bundled_contracts() is bundled_contracts()


def test_a_delivery_that_breaks_its_contract_says_where() -> None:
    seen = inspect("standard", "user.created", {"type": "user.created", "timestamp": 7, "data": {}})
    assert seen.broken
    [finding] = seen.findings
    assert set(finding) == {"code", "message", "instance_path"}
    assert (finding["code"], finding["instance_path"]) == ("TC110", "/timestamp")


def test_a_delivery_that_keeps_its_contract_has_no_findings() -> None:
    document = {"type": "user.created", "timestamp": "2026-01-05T09:00:00Z", "data": {"id": 1}}
    assert inspect("standard", "user.created", document) == Inspection(findings=[], broken=False)


@pytest.mark.parametrize(("source", "broken"), [("generic", False), ("standard", True)])
def test_only_senders_of_our_own_may_leave_the_event_unnamed(source: str, broken: bool) -> None:
    delivery = Delivery(
        id="whd_1",
        source=source,
        delivery_id="1",
        event=None,
        headers=(("content-type", "application/json"),),
        body=b'{"total": 7}',
        received_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    assert Inspector(bundled_contracts, SOURCES).inspect(delivery).broken is broken


def test_an_event_that_is_not_declared_breaks_nothing() -> None:
    seen = inspect("github", "never_heard_of", {})
    assert [finding["code"] for finding in seen.findings] == ["TC203"]
    assert not seen.broken


@pytest.mark.parametrize("source", ["shopify", "unknown"], ids=["without a contract", "of a former version"])
def test_without_a_contract_there_is_nothing_to_find(source: str) -> None:
    assert inspect(source, "orders/create", {"total": "wrong"}) == Inspection()


def test_requests_do_not_wait_while_a_large_body_is_looked_at() -> None:
    threads = []

    def contracts() -> DeliveryContracts:
        threads.append(threading.get_ident())
        return bundled_contracts()

    async def look(length: int) -> None:
        delivery = made("github", "ping", {"zen": "x" * length})
        held = Held(delivery=delivery, attempts=0, next_attempt_at=None, earlier=None)
        assert (await Inspector(contracts, SOURCES).look(held)).broken

    for length in (10, 40_000):
        anyio.run(look, length)
    assert [thread == threading.get_ident() for thread in threads] == [True, False]
