"""Deliveries over HTTP: how they are received, stored, shown, held against their contracts, and processed."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from backend.tests.delivering import (
    CONTRACTS,
    FORM,
    SECRETS,
    Ground,
    Hooks,
    Sent,
    Taped,
    generic,
    github_form,
    moment,
    sample,
    taped,
)
from backend.tests.unit.webhooks.processing.support import Script, effects_of
from backend.tests.unit.webhooks.receiving import configured, signed
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.registry import SOURCES
from tapecheck.testing import generated_delivery, signed_headers

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


pytestmark = pytest.mark.anyio

WEBHOOK_PAYLOAD: Final = {"event": "user.created", "user_id": "123", "timestamp": "2026-02-12T10:00:00Z"}
OWN_NAMES: Final = {"slash_command": "/tide"}
"""What the service calls an event of a contract by, where that is another name: a slash command by its own."""


@pytest.fixture
async def hooks(ground: Ground) -> AsyncIterator[Hooks]:
    """A service with a secret for every source."""
    async with ground.running(configured(SECRETS)) as hooks:
        yield hooks


@pytest.fixture
async def open_hooks(ground: Ground) -> AsyncIterator[Hooks]:
    """A service without secrets, in development."""
    async with ground.running() as hooks:
        yield hooks


# --- as the plan has it ----------------------------------------------------------------------------------------------


async def test_webhook_reception(open_hooks: Hooks) -> None:
    response = await open_hooks.client.post("/api/webhooks", json=WEBHOOK_PAYLOAD)
    assert response.status_code == 200
    data = response.json()
    assert data["received"] is True
    assert data["duplicate"] is False


async def test_webhook_processing(ground: Ground, engine: AsyncEngine, clock: VirtualClock) -> None:
    script = Script(clock)
    async with ground.running(handler=script, worker=True) as hooks:
        response = await hooks.client.post("/api/webhooks", json=WEBHOOK_PAYLOAD)
        identifier = response.json()["id"]
        shown = await hooks.until(identifier, "processed")
    [handled] = script.seen
    assert (handled.id, handled.source, handled.event) == (identifier, "generic", "user.created")
    assert json.loads(handled.body) == WEBHOOK_PAYLOAD
    assert moment(shown, "processed_at") == clock.now()
    [attempt] = shown["attempts"]
    assert (attempt["run"], attempt["number"], attempt["error"], shown["findings"]) == (1, 1, None, None)
    assert await effects_of(engine, identifier) == 1


async def test_webhook_storage(open_hooks: Hooks, clock: VirtualClock) -> None:
    response = await open_hooks.client.post("/api/webhooks", json=WEBHOOK_PAYLOAD)
    identifier = response.json()["id"]
    [listed] = await open_hooks.list()
    shown = await open_hooks.show(identifier)
    assert {name: shown[name] for name in listed} == listed
    assert json.loads(shown["body"]) == WEBHOOK_PAYLOAD
    assert moment(shown, "received_at") == clock.now()
    assert (shown["source"], shown["event"], shown["status"]) == ("generic", "user.created", "received")
    assert ["content-type", "application/json"] in shown["headers"]


# --- recorded and generated deliveries -------------------------------------------------------------------------------


async def test_all_recorded_deliveries_are_stored_processed_and_shown(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    tapes = taped()
    assert {tape.source for tape in tapes} == set(CONTRACTS), "a contract's deliveries are not on tape"
    secrets = {tape.source: sorted({each.secret for each in tapes if each.source == tape.source}) for tape in tapes}
    received: dict[str, Taped] = {}
    async with ground.running(configured(secrets), worker=True) as hooks:
        for tape in tapes:
            if tape.moment:
                clock.advance((tape.moment - clock.now()).total_seconds())
            answers = [(await hooks.send(as_taped(tape))).json() for _ in "ab"]
            if tape.delivery.event == "url_verification":
                assert answers == [{"challenge": json.loads(tape.delivery.body)["challenge"]}] * 2
                continue
            assert [(each["received"], each["duplicate"]) for each in answers] == [(True, False), (True, True)]
            assert answers[0]["id"] == answers[1]["id"]
            received[answers[0]["id"]] = tape
        shown = [await hooks.until(identifier, "processed") for identifier in received]
        assert [each["id"] for each in await hooks.list()] == sorted(received)
    assert len(received) == len(tapes) - 1
    for delivery, tape in zip(shown, received.values(), strict=True):
        assert (delivery["source"], delivery["body"].encode()) == (tape.source, tape.delivery.body)
        assert delivery["event"] == OWN_NAMES.get(tape.delivery.event, tape.delivery.event)
        assert delivery["findings"] is None
        assert delivery["delivery_id"] in told_ids(tape)
        assert await effects_of(engine, delivery["id"]) == 1


def as_taped(tape: Taped) -> Sent:
    headers = {name.lower(): value for name, value in tape.delivery.headers}
    return Sent(source=tape.source, headers=headers, body=tape.delivery.body, path=f"/{tape.source}")


def told_ids(tape: Taped) -> Sequence[str]:
    """What may make a delivery unique: its headers tell, or its body; a slash command has nothing but its hash."""
    headers = dict(tape.delivery.headers)
    told = [headers.get(name) for name in ("webhook-id", "svix-id", "x-github-delivery")]
    if tape.delivery.body.startswith(b"{"):
        document = json.loads(tape.delivery.body)
        told += [document.get(name) for name in ("id", "event_id")]
    return [each for each in told if each] or [f"sha256:{hashlib.sha256(tape.delivery.body).hexdigest()}"]


async def test_every_source_is_received_and_processed(ground: Ground, engine: AsyncEngine, clock: VirtualClock) -> None:
    async with ground.running(configured(SECRETS), worker=True) as hooks:
        stored = [await hooks.accept(sample(source, clock.now())) for source in SOURCES]
        shown = [await hooks.until(identifier, "processed") for identifier in stored]
    assert [each["source"] for each in shown] == list(SOURCES)
    assert all(each["event"] for each in shown)
    assert [await effects_of(engine, identifier) for identifier in stored] == [1] * len(SOURCES)


# --- duplicates ------------------------------------------------------------------------------------------------------


async def test_a_duplicate_is_acknowledged_and_has_no_second_effect(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    sent = sample("stripe", clock.now())
    async with ground.running(configured(SECRETS), worker=True) as hooks:
        first = await hooks.accept(sent)
        await hooks.until(first, "processed")
        again = await hooks.send(sent)
        assert (again.status_code, again.json()) == (200, {"received": True, "id": first, "duplicate": True})
        later = await hooks.accept(sample("github", clock.now()))  # whose turn comes behind it
        await hooks.until(later, "processed")
        assert len(await hooks.list()) == 2
    assert await effects_of(engine, first) == 1


async def test_two_services_on_one_database_store_each_delivery_once(ground: Ground, engine: AsyncEngine) -> None:
    sent = [generic(id=f"evt_{number}") for number in range(20)]
    async with ground.running() as one, ground.running() as other:
        answers = await asyncio.gather(*[hooks.send(each) for each in sent for hooks in (one, other, one)])
    assert {answer.status_code for answer in answers} == {200}
    told = [answer.json() for answer in answers]
    by_delivery = [told[start : start + 3] for start in range(0, len(told), 3)]
    assert [len({each["id"] for each in three}) for three in by_delivery] == [1] * 20
    assert [sum(not each["duplicate"] for each in three) for three in by_delivery] == [1] * 20
    async with ground.running(worker=True) as third:
        for three in by_delivery:
            await third.until(three[0]["id"], "processed")
        assert len(await third.list()) == 20
    assert [await effects_of(engine, three[0]["id"]) for three in by_delivery] == [1] * 20


# --- handshakes and forms --------------------------------------------------------------------------------------------


async def test_the_challenge_of_slack_is_answered_and_not_stored(hooks: Hooks, clock: VirtualClock) -> None:
    body = generated_delivery("slack", "url_verification")
    proof = signed("slack", body, clock.now())
    response = await hooks.send(Sent(source="slack", headers=proof, body=body, path="/slack"))
    assert (response.status_code, response.json()) == (200, {"challenge": json.loads(body)["challenge"]})
    assert await hooks.list() == []


async def test_the_ping_of_discord_is_answered_and_not_stored(hooks: Hooks, clock: VirtualClock) -> None:
    body = b'{"type": 1}'
    response = await hooks.send(
        Sent(source="discord", headers=signed("discord", body, clock.now()), body=body, path="/discord")
    )
    assert (response.status_code, response.json()) == (200, {"type": 1})
    assert await hooks.list() == []


async def test_a_form_is_received_as_the_json_that_it_holds(ground: Ground, clock: VirtualClock) -> None:
    document = generated_delivery("github", "push")
    async with ground.running(configured(SECRETS), worker=True) as hooks:
        identifier = await hooks.accept(github_form(document, clock.now(), "push"))
        shown = await hooks.until(identifier, "processed")
    assert (shown["event"], shown["delivery_id"], shown["findings"]) == ("push", "form-1", None)
    assert shown["body"].startswith("payload=%7B")


async def test_a_form_is_no_json_where_none_are_sent(hooks: Hooks, clock: VirtualClock) -> None:
    body = b"type=user.created"
    headers = {"content-type": FORM, **signed("stripe", body, clock.now())}
    assert "not JSON" in await hooks.refuse(Sent(source="stripe", headers=headers, body=body, path="/stripe"), 400)


# --- contracts -------------------------------------------------------------------------------------------------------


def broken(now: VirtualClock) -> Sent:
    """A delivery that is signed and breaks its contract."""
    document = {**json.loads(generated_delivery("github", "push")), "commits": "none"}
    body = json.dumps(document).encode()
    headers = signed_headers("github", "push", body, SECRETS["github"], now.now().timestamp())
    return Sent(source="github", headers=headers, body=body, path="/github")


async def test_a_delivery_that_breaks_its_contract_is_quarantined_until_it_is_released(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    async with ground.running(configured(SECRETS), worker=True) as hooks:
        identifier = await hooks.accept(broken(clock))
        shown = await hooks.until(identifier, "quarantined")
        assert [(each["code"], each["instance_path"]) for each in shown["findings"]] == [("TC110", "/commits")]
        assert (shown["attempts"], shown["attempt_count"], shown["released"]) == ([], 0, False)
        assert [each["id"] for each in await hooks.list(status="quarantined")] == [identifier]
        assert await effects_of(engine, identifier) == 0

        released = await hooks.client.post(f"/api/webhooks/deliveries/{identifier}/release")
        assert (released.status_code, released.json()) == (200, {"id": identifier, "status": "received", "run": 2})
        shown = await hooks.until(identifier, "processed")
        assert (shown["released"], shown["run"], shown["attempt_count"]) == (True, 2, 1)
        assert [each["code"] for each in shown["findings"]] == ["TC110"]
        assert await effects_of(engine, identifier) == 1
        again = await hooks.client.post(f"/api/webhooks/deliveries/{identifier}/release")
        assert (again.status_code, "processed" in again.json()["detail"]) == (409, True)


async def test_an_event_that_the_contract_does_not_know_is_processed_and_noted(ground: Ground) -> None:
    async with ground.running(worker=True) as hooks:
        shown = await hooks.until(await hooks.accept(generic("tide.turned")), "processed")
    assert [each["code"] for each in shown["findings"]] == ["TC203"]


# --- what is listed --------------------------------------------------------------------------------------------------


async def test_deliveries_are_listed_by_source_event_and_status(ground: Ground, clock: VirtualClock) -> None:
    async with ground.running(configured(SECRETS), worker=True) as hooks:
        stripe, github = [await hooks.accept(sample(source, clock.now())) for source in ("stripe", "github")]
        set_aside = await hooks.accept(broken(clock).but(x_github_delivery="another"))
        for identifier, status in ((stripe, "processed"), (github, "processed"), (set_aside, "quarantined")):
            await hooks.until(identifier, status)
        for wanted, expected in (
            ({"source": "stripe"}, [stripe]),
            ({"event": "push"}, [github, set_aside]),
            ({"event": "push", "status": "processed"}, [github]),
            ({"source": "slack"}, []),
            ({}, [stripe, github, set_aside]),
        ):
            assert sorted(each["id"] for each in await hooks.list(**wanted)) == sorted(expected)


async def test_ids_are_in_the_order_of_arrival(open_hooks: Hooks, clock: VirtualClock) -> None:
    stored = []
    for number in range(5):
        clock.advance(timedelta(milliseconds=1).total_seconds())
        stored.append(await open_hooks.accept(generic("user.created", id=f"evt_{number}")))
    assert [each["id"] for each in await open_hooks.list()] == stored
