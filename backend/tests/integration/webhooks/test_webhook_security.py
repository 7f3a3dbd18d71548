"""Who may deliver, and who may look: signatures of every source, replays, keys, paths, and what is kept and told."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from backend.settings import Environment, Settings
from backend.tests.delivering import CONTRACTS, SECRETS, Ground, Hooks, generic, sample
from backend.tests.unit.webhooks.processing.support import Script, effects_of
from backend.tests.unit.webhooks.receiving import configured
from backend.tests.unit.webhooks.signatures.samples import SAMPLES
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.registry import SOURCES

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

KEY: Final = "made-up-key"
BEARER: Final = {"authorization": f"Bearer {KEY}"}
TIMED: Final = [source for source in SOURCES if SAMPLES[source].tolerance]
JUNK: Final[Mapping[str, tuple[str, str]]] = {
    "openai": ("v1,", "v1,junk v1 , v1,"),
    "paddle": ("h1=", "h1=junk;h1;h1="),
    "standard": ("v1,", "v1,junk v1 , v1,"),
    "stripe": ("v1=", "v1=junk,v1,v1="),
    "svix": ("v1,", "v1,junk v1 , v1,"),
}
"""How to put malformed signatures before a right one, where a header takes several."""


@pytest.fixture
async def hooks(ground: Ground) -> AsyncIterator[Hooks]:
    """A service with keys and a secret for every source."""
    async with ground.running(configured(SECRETS, api_keys=(SecretStr(KEY),))) as hooks:
        yield hooks


async def stored(hooks: Hooks) -> int:
    """How many deliveries are stored."""
    response = await hooks.client.get("/api/webhooks/deliveries?limit=100", headers=BEARER)
    assert response.status_code == 200
    return len(response.json()["deliveries"])


def generate_webhook_signature(payload: Mapping[str, object]) -> str:
    """Sign a document as httpx writes it."""
    body = httpx.Request("POST", "http://backend.test", json=payload).content
    return hmac.new(SECRETS["generic"].encode(), body, hashlib.sha256).hexdigest()


# --- signatures ------------------------------------------------------------------------------------------------------


async def test_webhook_signature_validation(hooks: Hooks) -> None:
    webhook_payload = {"event": "test"}

    # Invalid signature
    response = await hooks.client.post(
        "/api/webhooks", json=webhook_payload, headers={"X-Webhook-Signature": "invalid"}
    )
    assert response.status_code == 401

    # Valid signature
    valid_signature = generate_webhook_signature(webhook_payload)
    response = await hooks.client.post(
        "/api/webhooks", json=webhook_payload, headers={"X-Webhook-Signature": valid_signature}
    )
    assert response.status_code == 200


async def test_a_delivery_that_was_changed_on_its_way_is_refused(hooks: Hooks, clock: VirtualClock) -> None:
    for source in SOURCES:
        sent = sample(source, clock.now())
        for changed in (b" " + sent.body, sent.body[:-1], sent.body + b"&a=b", b""):
            assert "no signature matches" in await hooks.refuse(sent.saying(changed), 401)
        await hooks.accept(sent)  # its id was not taken by those that were refused
    assert await stored(hooks) == len(SOURCES)


async def test_a_delivery_signed_with_another_secret_is_refused(ground: Ground, clock: VirtualClock) -> None:
    async with ground.running(configured({source: SAMPLES[source].other for source in SOURCES})) as hooks:
        for source in SOURCES:
            assert "no signature matches" in await hooks.refuse(sample(source, clock.now()), 401)
        assert await hooks.list() == []


async def test_a_header_that_is_missing_or_empty_is_told(hooks: Hooks, clock: VirtualClock) -> None:
    for source in SOURCES:
        sent = sample(source, clock.now())
        needed = [name for name in sent.headers if re.search("signature|hmac|timestamp|^(webhook|svix)-id$", name)]
        assert sent.proof in needed
        for name in needed:
            for spoilt in (sent.without(name), sent.but(**{name: ""})):
                assert name in (await hooks.refuse(spoilt, 400)).lower()
    assert await stored(hooks) == 0


async def test_a_delivery_counts_only_around_its_time(hooks: Hooks, clock: VirtualClock) -> None:
    assert {source: SAMPLES[source].tolerance for source in TIMED} == {**dict.fromkeys(TIMED, 300), "paddle": 5}
    for source in TIMED:
        edge = SAMPLES[source].tolerance or 0
        for age in (-edge, 0, edge):
            response = await hooks.send(sample(source, clock.now() - timedelta(seconds=age)))
            assert response.status_code == 200, (source, age, response.text)
        for age, reason in ((edge + 1, f"{edge} s old"), (-edge - 1, f"{edge} s in the future")):
            assert reason in await hooks.refuse(sample(source, clock.now() - timedelta(seconds=age)), 401)


async def test_a_delivery_counts_to_the_microsecond(hooks: Hooks, clock: VirtualClock) -> None:
    late, later = [sample(source, clock.now() - timedelta(seconds=300)) for source in ("standard", "svix")]
    await hooks.accept(late)
    clock.advance(0.000001)
    assert "old" in await hooks.refuse(later, 401)


async def test_a_header_may_come_twice_but_not_with_two_values(hooks: Hooks, clock: VirtualClock) -> None:
    for source in SOURCES:
        sent = sample(source, clock.now())
        value = sent.headers[sent.proof]
        for other in ("junk", value + "0", value.swapcase()):
            detail = await hooks.refuse(sent, 401, (sent.proof, other))
            assert (sent.proof in detail.lower(), "with 2 values" in detail) == (True, True)
        assert (await hooks.send(sent, (sent.proof, value))).status_code == 200


async def test_a_malformed_signature_is_refused_and_not_shown(hooks: Hooks, clock: VirtualClock) -> None:
    for source in SOURCES:
        sent = sample(source, clock.now())
        bare = [(name.encode(), value.encode()) for name, value in sent.without(sent.proof).headers.items()]
        for junk in (b"invalid", b"v1=,", b"sha256=", b"caf\xc3\xa9", b"\xff", b"=" * 5000):
            response = await hooks.client.post(
                f"/api/webhooks/{source}", content=sent.body, headers=[*bare, (sent.proof.encode(), junk)]
            )
            assert response.status_code == 401, (source, junk)
            assert (junk in response.content, response.headers["www-authenticate"]) == (False, "Signature")
    assert await stored(hooks) == 0


async def test_a_malformed_signature_does_not_spoil_the_right_one_beside_it(hooks: Hooks, clock: VirtualClock) -> None:
    for source, junk in JUNK.items():
        sent = sample(source, clock.now())
        spoilt = sent.headers[sent.proof].replace(*junk, 1)
        assert "junk" in spoilt
        await hooks.accept(sent.but(**{sent.proof: spoilt}))


async def test_secrets_change_at_their_time_without_a_gap(ground: Ground, clock: VirtualClock) -> None:
    change = (clock.now() + timedelta(minutes=1)).isoformat()
    rotating = [source for source in SOURCES if source != "discord"]  # of which we have one private key
    periods = {
        source: [{"secret": SECRETS[source], "until": change}, {"secret": SAMPLES[source].other, "from": change}]
        for source in rotating
    }
    async with ground.running(configured(periods)) as hooks:
        for seconds, old, new in ((59, 200, 401), (1, 401, 200), (1, 401, 200)):
            clock.advance(seconds)
            for source in rotating:
                sent = [sample(source, clock.now(), secret=each) for each in (SECRETS[source], SAMPLES[source].other)]
                assert [(await hooks.send(each)).status_code for each in sent] == [old, new], (source, clock.now())


async def test_two_secrets_are_valid_while_their_periods_overlap(ground: Ground, clock: VirtualClock) -> None:
    end = (clock.now() + timedelta(minutes=1)).isoformat()
    async with ground.running(configured({"stripe": [{"secret": "old", "until": end}, "new"]})) as hooks:
        for secret, status in (("old", 200), ("new", 200), ("older", 401)):
            assert (await hooks.send(sample("stripe", clock.now(), secret=secret))).status_code == status
        clock.advance(60)
        await hooks.refuse(sample("stripe", clock.now(), secret="old"), 401)
        await hooks.accept(sample("stripe", clock.now(), secret="new"))


async def test_a_delivery_is_no_proof_at_another_source(ground: Ground, clock: VirtualClock) -> None:
    secrets = {**SECRETS, "svix": SAMPLES["svix"].secret, "openai": SAMPLES["openai"].other}  # three of one scheme
    async with ground.running(configured(secrets)) as hooks:
        for source in SOURCES:
            sent = sample(source, clock.now(), secret=None if source == "discord" else secrets[source])
            for other in SOURCES:
                status = (await hooks.send(sent.at(f"/{other}"))).status_code
                assert status in ({200} if other == source else {400, 401}), (source, other)


# --- who may come in -------------------------------------------------------------------------------------------------


async def test_webhook_authentication_is_by_signature_and_not_by_key(hooks: Hooks, clock: VirtualClock) -> None:
    for source in SOURCES:
        sent = sample(source, clock.now())
        assert (await hooks.send(sent.without(sent.proof), *BEARER.items())).status_code == 400
        assert (await hooks.send(sent, ("authorization", "Bearer wrong"))).status_code == 200
        assert (await hooks.send(sent)).json()["duplicate"] is True


async def test_webhook_authentication_of_those_who_look_and_replay_is_by_key(hooks: Hooks, clock: VirtualClock) -> None:
    identifier = await hooks.accept(sample("stripe", clock.now()))
    for method, path, status in (
        ("GET", "deliveries", 200),
        ("GET", f"deliveries/{identifier}", 200),
        ("GET", "dead-letters", 200),
        ("POST", f"dead-letters/{identifier}/replay", 409),
        ("POST", f"deliveries/{identifier}/release", 409),
        ("POST", "dead-letters/replay", 200),
    ):
        body: dict[str, object] | None = {} if path == "dead-letters/replay" else None
        for headers, expected in ((BEARER, status), ({}, 401), ({"authorization": "Bearer other"}, 401)):
            response = await hooks.client.request(method, f"/api/webhooks/{path}", json=body, headers=headers)
            assert response.status_code == expected, (method, path, headers)
            assert (response.headers.get("www-authenticate") == "Bearer") == (expected == 401)


async def test_production_takes_nothing_unsigned(ground: Ground) -> None:
    production = Settings(env=Environment.PRODUCTION, api_keys=(SecretStr(KEY),))
    async with ground.running(production) as hooks:
        for path in ("", *(f"/{source}" for source in SOURCES)):
            await hooks.refuse(generic().at(path), 400)
        response = await hooks.client.post("/api/webhooks", json={"event": "test"}, headers=BEARER)
        assert (response.status_code, await stored(hooks)) == (400, 0)


async def test_development_takes_unsigned_deliveries_of_the_generic_source_alone(ground: Ground) -> None:
    async with ground.running() as hooks:
        for path in (f"/{source}" for source in SOURCES if source != "generic"):
            await hooks.refuse(generic().at(path), 400)
        await hooks.accept(generic())


async def test_a_source_without_a_secret_proves_nothing(ground: Ground, clock: VirtualClock) -> None:
    async with ground.running() as hooks:
        for source in SOURCES:
            assert "no signature matches" in await hooks.refuse(sample(source, clock.now()), 401)


async def test_there_is_no_other_source(hooks: Hooks, clock: VirtualClock) -> None:
    sent = sample("stripe", clock.now())
    for path in ("/pigeon", "/STRIPE", "/stripe%00", "/stripe%20", "/%2e%2e"):
        assert "there is no source" in await hooks.refuse(sent.at(path), 404)
    for path in ("/deliveries", "/dead-letters"):
        assert "Method Not Allowed" in await hooks.refuse(sent.at(path), 405)
    assert await stored(hooks) == 0


async def test_no_path_leads_around_the_key(hooks: Hooks) -> None:
    for path in (
        "/%2e%2e/agents",
        "/%2e%2e%2fagents",
        "/stripe/%2e%2e/%2e%2e/agents",
        "/stripe%2f..%2fdeliveries",
        "//deliveries",
        "/dead-letters/replay",
        "%2fdead-letters%2freplay",
        "/",
        "/stripe/",
        "/stripe;/replay",
    ):
        for method in ("POST", "GET"):
            response = await hooks.client.request(method, f"/api/webhooks{path}", content=b"{}")
            assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer"), (method, path)


async def test_deliveries_come_by_post_alone(hooks: Hooks, clock: VirtualClock) -> None:
    sent = sample("stripe", clock.now())
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        for path in ("/api/webhooks", "/api/webhooks/stripe"):
            refused = await hooks.client.request(method, path, content=sent.body, headers=sent.headers)
            assert refused.status_code == 401
            response = await hooks.client.request(method, path, content=sent.body, headers={**sent.headers, **BEARER})
            assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert await stored(hooks) == 0


# --- replays ---------------------------------------------------------------------------------------------------------


async def test_webhook_replay_protection(ground: Ground, engine: AsyncEngine, clock: VirtualClock) -> None:
    script = Script(clock)
    captured = [sample(source, clock.now()) for source in CONTRACTS]
    async with ground.running(configured(SECRETS), handler=script, worker=True) as hooks:
        first = [await hooks.accept(each) for each in captured]
        for identifier in first:
            await hooks.until(identifier, "processed")
        for identifier, sent in zip(first, captured, strict=True):
            for _ in range(3):
                again = await hooks.send(sent)
                assert again.json() == {"received": True, "id": identifier, "duplicate": True}
        clock.advance(301)
        late = {sent.source: (await hooks.send(sent)).status_code for sent in captured}
        assert late == {source: 401 if source in TIMED else 200 for source in CONTRACTS}
        assert len(await hooks.list()) == len(captured)
    assert sorted(each.id for each in script.seen) == sorted(first)
    assert [await effects_of(engine, identifier) for identifier in first] == [1] * len(first)


async def test_webhook_replay_protection_where_the_id_is_not_signed(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    captured = sample("github", clock.now())
    async with ground.running(configured(SECRETS), worker=True) as hooks:
        first = await hooks.accept(captured)
        await hooks.until(first, "processed")
        clock.advance(1)
        with capture_logs() as logs:
            second = await hooks.accept(captured.but(x_github_delivery="of-somebody-else"))
            shown = await hooks.until(second, "processed")
        assert (shown["repeats"], (await hooks.show(first))["repeats"]) == (first, None)
    [alert] = [line for line in logs if line["event"] == "webhook_repeated"]
    assert (alert["log_level"], alert["delivery"], alert["earlier"]) == ("warning", second, first)


async def test_an_id_belongs_to_its_source(hooks: Hooks, clock: VirtualClock) -> None:
    one, other = [sample(source, clock.now()).but() for source in ("paddle", "discord")]
    assert await hooks.accept(one) != await hooks.accept(other)
    for source in ("github", "shopify"):  # with the same id in their headers
        header = "x-github-delivery" if source == "github" else "x-shopify-webhook-id"
        await hooks.accept(sample(source, clock.now()).but(**{header: "one-for-both"}))
    assert await stored(hooks) == 4


# --- what is kept and told -------------------------------------------------------------------------------------------


async def test_nothing_secret_is_kept_or_logged(
    ground: Ground, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = {"authorization": "Bearer hidden-1", "cookie": "session=hidden-2", "x-api-key": "hidden-3"}
    with capture_logs() as logs, caplog.at_level("DEBUG", logger="backend"):
        async with ground.running(configured(SECRETS)) as hooks:
            for source in SOURCES:
                sent = sample(source, clock.now())
                shown = await hooks.show(await hooks.accept(sent.but(**hidden)))
                refused = [await hooks.refuse(sent.saying(b"{}").but(**hidden), 401)]
                refused.append(await hooks.refuse(sent.without(sent.proof), 400))
                told = json.dumps([shown["headers"], refused, logs]) + caplog.text
                for secret in ("hidden", SECRETS[source], sent.headers[sent.proof]):
                    assert secret not in told
                kept = {name for name, _ in shown["headers"]}
                assert kept >= {"content-type", "host"}
                assert kept.isdisjoint({sent.proof, *hidden})
                assert sent.body.decode() not in "".join(map(str, logs)) + caplog.text
    assert len(logs) >= 3 * len(SOURCES)
