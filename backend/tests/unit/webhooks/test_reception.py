from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from backend.errors import NotFoundError, TimedOutError
from backend.settings import Environment, Settings
from backend.tests.unit.webhooks.receiving import SECRETS, configured, pieces, signed
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.errors import DeliveryRefusedError
from backend.webhooks.intake import Intake, Receipt
from backend.webhooks.reception import Envelope, Handshake, Reception, harmless
from backend.webhooks.registry import SOURCES
from backend.webhooks.secrets import Secrets
from backend.webhooks.signatures import MissingHeaderError, Reason, SignatureError
from backend.webhooks.store import DeliveryStore, Details

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

BODY = b'{"id": "evt_1", "type": "user.created"}'
ORIGIN = "http://backend.test"


class Door:
    """A reception, and the store behind it.

    Attributes:
        clock: stands still.
        store: what was received.
    """

    def __init__(self, engine: AsyncEngine, clock: VirtualClock, settings: Settings) -> None:
        self.clock = clock
        self.store = DeliveryStore(engine)
        self._reception = Reception(
            Intake(engine, asyncio.Event().set), clock=clock, secrets=Secrets.configured(settings), settings=settings
        )

    async def knock(
        self, source: str, headers: Mapping[str, str], *content: bytes, target: str = "/api/webhooks"
    ) -> Receipt | Handshake:
        envelope = Envelope(source=source, headers=list(headers.items()), origin=ORIGIN, target=target)
        return await self._reception.receive(envelope, pieces(*(content or (BODY,))))

    async def take(
        self, source: str, headers: Mapping[str, str], *content: bytes, target: str = "/api/webhooks"
    ) -> Details:
        """Receive a delivery for the first time, and return what is stored."""
        receipt = await self.knock(source, headers, *content, target=target)
        assert isinstance(receipt, Receipt)
        assert not receipt.duplicate
        return await self.store.get(receipt.id)

    async def count(self) -> int:
        return len((await self.store.list(10_000)).deliveries)


@pytest.fixture
def door(engine: AsyncEngine, clock: VirtualClock) -> Door:
    return Door(engine, clock, configured())


@pytest.fixture
def open_door(engine: AsyncEngine, clock: VirtualClock) -> Door:
    return Door(engine, clock, Settings())


@pytest.mark.parametrize("source", [name for name in SOURCES if name != "twilio"])
async def test_every_source_is_received(door: Door, source: str) -> None:
    headers = signed(source, BODY, door.clock.now())
    found = await door.take(source, headers, BODY[:7], BODY[7:])
    assert (found.overview.source, found.body) == (source, BODY)
    assert found.overview.received_at == door.clock.now()
    assert await door.knock(source, headers) == Receipt(id=found.overview.id, duplicate=True)
    assert await door.count() == 1


@pytest.mark.parametrize(
    ("source", "delivery_id"),
    [("standard", "msg_1"), ("github", "msg_1"), ("stripe", "evt_1"), ("generic", "evt_1")],
)
async def test_the_id_of_the_scheme_goes_before_that_of_the_body(door: Door, source: str, delivery_id: str) -> None:
    found = await door.take(source, signed(source, BODY, door.clock.now()))
    assert found.overview.delivery_id == delivery_id


async def test_without_an_id_it_is_the_hash_of_the_body(door: Door) -> None:
    body = b'{"type": "ping"}'
    found = await door.take("generic", signed("generic", body, door.clock.now()), body)
    assert found.overview.delivery_id == f"sha256:{hashlib.sha256(body).hexdigest()}"


async def test_twilio_signs_the_address_that_its_callers_see(engine: AsyncEngine, clock: VirtualClock) -> None:
    body, target = b"CallSid=CA1&CallStatus=completed", "/api/webhooks/twilio?a=b%20c"
    form = {"content-type": "application/x-www-form-urlencoded"}
    for settings, origin in (
        (configured(), ORIGIN),
        (configured(public_url="https://hooks.example.com"), "https://hooks.example.com"),
        (configured(public_url="https://example.com/hooks/"), "https://example.com/hooks"),
    ):
        door = Door(engine, clock, settings)
        headers = signed("twilio", body, clock.now(), delivery_id=origin, url=origin + target) | form
        found = await door.take("twilio", headers, body, target=target)
        assert (found.overview.event, found.overview.delivery_id) == ("completed", origin)


@pytest.mark.parametrize("source", SOURCES)
async def test_a_changed_body_is_refused_and_its_id_still_free(door: Door, source: str) -> None:
    url = f"{ORIGIN}/api/webhooks"
    headers = signed(source, BODY, door.clock.now(), url=url)
    with pytest.raises(SignatureError):
        await door.knock(source, headers, BODY.replace(b"user", b"admin") + b"&a=b")
    assert await door.count() == 0


async def test_an_old_delivery_is_refused(door: Door) -> None:
    headers = signed("stripe", BODY, door.clock.now())
    door.clock.advance(301)
    with pytest.raises(SignatureError) as caught:
        await door.knock("stripe", headers)
    assert caught.value.reason is Reason.TOO_OLD


async def test_there_are_no_other_sources(door: Door) -> None:
    with pytest.raises(NotFoundError, match="no source 'pigeon'"):
        await door.knock("pigeon", {})


async def test_what_is_signed_and_no_json_is_refused(door: Door) -> None:
    with pytest.raises(DeliveryRefusedError, match="not JSON"):
        await door.knock("github", signed("github", b"<xml/>", door.clock.now()), b"<xml/>")


async def test_what_is_not_proven_is_not_read(door: Door) -> None:
    with pytest.raises(SignatureError):
        await door.knock("github", {"x-hub-signature-256": f"sha256={'0' * 64}"}, b"<xml/>")


async def test_without_a_secret_the_generic_source_takes_unsigned_deliveries(open_door: Door) -> None:
    assert (await open_door.take("generic", {})).overview.event == "user.created"
    for signature in ("invalid", "0" * 64):
        with pytest.raises(SignatureError):
            await open_door.knock("generic", {"x-webhook-signature": signature})


async def test_with_one_it_does_not(engine: AsyncEngine, clock: VirtualClock) -> None:
    over = {"generic": [{"secret": "made-up-secret", "until": "2026-01-01T00:00:00Z"}]}
    for secrets in ({"generic": "made-up-secret"}, over):
        with pytest.raises(MissingHeaderError):
            await Door(engine, clock, configured(secrets)).knock("generic", {})


async def test_in_production_it_does_not(engine: AsyncEngine, clock: VirtualClock) -> None:
    with pytest.raises(MissingHeaderError):
        await Door(engine, clock, Settings(env=Environment.PRODUCTION, api_keys=("key",))).knock("generic", {})  # type: ignore[arg-type]


@pytest.mark.parametrize("source", [name for name in SOURCES if name != "generic"])
async def test_no_other_source_does(open_door: Door, source: str) -> None:
    with pytest.raises(MissingHeaderError):
        await open_door.knock(source, {})


async def test_a_source_without_secrets_is_refused_and_told_of_once(open_door: Door) -> None:
    headers = signed("stripe", BODY, open_door.clock.now())
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(SignatureError) as caught:
                await open_door.knock("stripe", headers)
            assert caught.value.reason is Reason.NO_MATCH
        await open_door.take("generic", {})
    assert [(entry["log_level"], entry["source"]) for entry in logs] == [("warning", "stripe")]


async def test_secrets_change_without_a_gap(engine: AsyncEngine, clock: VirtualClock) -> None:
    change = (clock.now() + timedelta(minutes=1)).isoformat()
    door = Door(engine, clock, configured({"stripe": [{"secret": SECRETS["stripe"], "until": change}]}))
    headers = signed("stripe", BODY, clock.now())
    await door.take("stripe", headers)
    clock.advance(60)
    with pytest.raises(SignatureError):
        await door.knock("stripe", headers)


async def test_a_handshake_is_answered_and_not_stored(door: Door) -> None:
    asked = b'{"type": "url_verification", "challenge": "3eZbrw1a"}'
    answered = await door.knock("slack", signed("slack", asked, door.clock.now()), asked)
    assert answered == Handshake(answer={"challenge": "3eZbrw1a"})
    assert await door.count() == 0


async def test_a_handshake_that_nobody_signed_is_not_answered(door: Door) -> None:
    headers = signed("slack", b"{}", door.clock.now())
    with pytest.raises(SignatureError):
        await door.knock("slack", headers, b'{"type": "url_verification", "challenge": "3eZbrw1a"}')


async def test_a_slow_sender_is_cut_off(engine: AsyncEngine, clock: VirtualClock) -> None:
    settings = Settings(webhook_read_timeout=0.01)
    reception = Reception(
        Intake(engine, asyncio.Event().set), clock=clock, secrets=Secrets.configured(settings), settings=settings
    )

    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    with pytest.raises(TimedOutError, match=r"timeout: the body did not arrive within 0\.01 s"):
        await reception.receive(Envelope(source="generic", headers=[], origin=ORIGIN, target="/"), stuck())


def test_no_header_is_kept_that_could_prove_anything() -> None:
    kept = [("host", "a"), ("x-github-event", "push"), ("user-agent", "Standard/1"), ("svix-id", "msg_1")]
    dropped = (
        *("authorization", "cookie", "set-cookie", "proxy-authorization", "proxy-connection", "x-hub-signature-256"),
        *("x-shopify-hmac-sha256", "x-api-key", "apikey", "x-auth-token", "x-gitlab-token", "stripe-signature"),
        *("x-auth", "x_api_key", "x-access-key", "x-jwt", "x-session-id", "x-passwd"),
    )
    assert harmless([*kept, *((name, "hidden") for name in dropped)]) == kept


texts = st.text(st.characters(max_codepoint=255), max_size=40)
names = (
    st.sampled_from(
        sorted(
            {
                "content-type",
                "host",
                *(
                    name
                    for source in SOURCES
                    if source != "twilio"
                    for name in signed(source, b"{}", VirtualClock().now())
                ),
            }
        )
    )
    | texts
)
bodies = st.binary(max_size=60) | st.builds(lambda value: json.dumps(value).encode(), st.dictionaries(texts, texts))


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    source=st.sampled_from(list(SOURCES)),
    spoilt=st.dictionaries(names, texts, max_size=3),
    body=bodies,
    is_signed=st.booleans(),
    target=texts,
)
@example(
    source="slack", spoilt={}, body=b'{"type":"url_verification","challenge":"\\ud800"}', is_signed=True, target="/"
)
@example(
    source="github",
    spoilt={"content-type": "application/x-www-form-urlencoded"},
    body=b"payload=%00",
    is_signed=True,
    target="",
)
async def test_whatever_comes_is_received_or_refused(
    door: Door, source: str, spoilt: dict[str, str], body: bytes, is_signed: bool, target: str
) -> None:
    proof = signed(source, body, door.clock.now(), url=ORIGIN + "/") if is_signed else {}
    known = await door.count()
    with suppress(SignatureError, DeliveryRefusedError):
        outcome = await door.knock(source, proof | spoilt, body, target=target)
        assert is_signed
        assert isinstance(outcome, Handshake) or outcome.duplicate or await door.count() == known + 1
        return
    assert await door.count() == known
