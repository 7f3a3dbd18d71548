"""Deliveries sent to the service over HTTP, and what it tells of them."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import quote

import httpx

from backend.clock import Clock
from backend.parts import World
from backend.settings import Settings
from backend.tests.application import HOST, client_of, make_app
from backend.tests.unit.providers.tapes import CASSETTES
from backend.tests.unit.webhooks.receiving import DISCORD_PRIVATE, signed
from backend.tests.unit.webhooks.receiving import SECRETS as PLAIN_SECRETS
from backend.webhooks.processing.handlers import Handler, Handlers
from backend.webhooks.registry import SOURCES
from backend.webhooks.signatures import sign
from tapecheck.testing import RecordedDelivery, generated_delivery, recorded_deliveries, signed_headers

Shown: TypeAlias = dict[str, Any]
"""A delivery as the service shows it."""

SECRETS: Final[Mapping[str, str]] = {**PLAIN_SECRETS, "openai": PLAIN_SECRETS["standard"]}
"""A secret for every source, in the form that its contract wants."""

ADDRESS: Final = f"http://{HOST}/api/webhooks"
FORM: Final = "application/x-www-form-urlencoded"
CONTRACTS: Final[Mapping[str, tuple[str, str]]] = {
    "github": ("github", "push"),
    "openai": ("openai", "batch.completed"),
    "slack": ("slack", "app_mention"),
    "standard": ("standard-webhooks", "user.created"),
    "stripe": ("stripe", "invoice.paid"),
    "svix": ("svix", "endpoint.created"),
}
"""A contract, and an event of it, for each source that has one to itself."""

_DOCUMENTS: Final[Mapping[str, object]] = {
    "discord": {"id": "1", "type": 2, "data": {"name": "tide"}},
    "generic": {"id": "evt_1", "event": "user.created", "user_id": "123", "timestamp": "2026-02-12T10:00:00Z"},
    "paddle": {"event_id": "evt_1", "event_type": "customer.created", "notification_id": "ntf_1"},
    "shopify": {"id": 1, "note": "Leave it at the harbour."},
}
_HEADERS: Final = {"shopify": {"x-shopify-topic": "orders/create"}, "twilio": {"content-type": FORM}}
_TWILIO: Final = b"CallSid=CA1&CallStatus=completed"
_PATIENCE: Final = 60
_T = TypeVar("_T")


async def until(look: Callable[[], Awaitable[_T | None]]) -> _T:
    """Return what a look finds, once it finds something."""
    async with asyncio.timeout(_PATIENCE):
        while not (found := await look()):
            await asyncio.sleep(0.02)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery as its source sends it.

    Attributes:
        headers: with lower-case names.
        path: below `/api/webhooks`.
    """

    source: str
    headers: Mapping[str, str]
    body: bytes
    path: str = ""

    @property
    def proof(self) -> str:
        """The name of the header with the signature."""
        return next(name for name in self.headers if re.search("signature|hmac", name) and "timestamp" not in name)

    def but(self, **headers: str) -> Sent:
        """The same with other headers; `_` stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def without(self, name: str) -> Sent:
        """The same without a header."""
        return replace(self, headers={known: value for known, value in self.headers.items() if known != name})

    def saying(self, body: bytes) -> Sent:
        """The same headers with another body."""
        return replace(self, body=body)

    def at(self, path: str) -> Sent:
        """The same, sent elsewhere."""
        return replace(self, path=path)


def sample(source: str, now: datetime, *, secret: str | None = None) -> Sent:
    """A delivery of a source; where there is a contract, tapecheck makes and signs it, and the backend does not."""
    private = secret or (DISCORD_PRIVATE if source == "discord" else SECRETS[source])
    if source in CONTRACTS:
        provider, event = CONTRACTS[source]
        body = generated_delivery(provider, event)
        headers = signed_headers(provider, event, body, private, now.timestamp())
    else:
        body = _TWILIO if source == "twilio" else json.dumps(_DOCUMENTS[source]).encode()
        proof = sign(SOURCES[source].scheme, [private], body, now, id="msg_1", url=f"{ADDRESS}/{source}")
        headers = {"content-type": "application/json", **_HEADERS.get(source, {}), **proof}
    lower = {name.lower(): value for name, value in headers.items()}
    return Sent(source=source, headers=lower, body=body, path=f"/{source}")


def generic(event: str = "test", **document: object) -> Sent:
    """A delivery that nobody signed."""
    body = json.dumps({"event": event, **document}).encode()
    return Sent(source="generic", headers={"content-type": "application/json"}, body=body)


def github_form(document: bytes, now: datetime, event: str) -> Sent:
    """A delivery of GitHub as a form."""
    body = f"payload={quote(document.decode())}".encode()
    headers = {"content-type": FORM, "x-github-event": event, **signed("github", body, now, delivery_id="form-1")}
    return Sent(source="github", headers=headers, body=body, path="/github")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taped:
    """A delivery on a cassette of this repository, the secret that it was signed with, and when."""

    delivery: RecordedDelivery
    secret: str
    moment: datetime | None

    @property
    def source(self) -> str:
        names = {contract: source for source, (contract, _) in CONTRACTS.items()}
        return names[self.delivery.provider]


def taped() -> Sequence[Taped]:
    """Return all of them, those whose time is signed behind the others and in the order of their times."""
    found = list(_read_tapes())
    assert found, f"there are no recorded deliveries in {CASSETTES}"
    beginning = datetime.fromtimestamp(0, UTC)
    return sorted(found, key=lambda each: each.moment or beginning)


def _read_tapes() -> Iterator[Taped]:
    lock = tomllib.loads((CASSETTES / "cassettes.lock").read_text(encoding="utf-8"))
    for name, entry in lock.items():
        if "/webhooks/" in name:
            for delivery in recorded_deliveries(CASSETTES / name):
                yield Taped(delivery=delivery, secret=entry["secret"], moment=_moment(delivery))


def _moment(delivery: RecordedDelivery) -> datetime | None:
    values = [value for name, value in delivery.headers if re.search("timestamp|signature", name.lower())]
    found = [match for value in values if (match := re.match(r"(?:t=)?(\d{10})(?:$|,)", value))]
    return datetime.fromtimestamp(int(found[0][1]), UTC) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """A service that takes deliveries."""

    client: httpx.AsyncClient

    async def send(self, sent: Sent, *more: tuple[str, str]) -> httpx.Response:
        headers = [*sent.headers.items(), *more]
        return await self.client.post(f"/api/webhooks{sent.path}", content=sent.body, headers=headers)

    async def accept(self, sent: Sent) -> str:
        """Send what is not known yet, and return its id."""
        response = await self.send(sent)
        assert response.status_code == 200, response.text
        told = response.json()
        assert (told["received"], told["duplicate"]) == (True, False), told
        identifier: str = told["id"]
        return identifier

    async def refuse(self, sent: Sent, status: int, *more: tuple[str, str]) -> str:
        """Send what is not taken, and return why."""
        response = await self.send(sent, *more)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        detail: str = response.json()["detail"]
        return detail

    async def show(self, identifier: str) -> Shown:
        response = await self.client.get(f"/api/webhooks/deliveries/{identifier}")
        assert response.status_code == 200, response.text
        shown: Shown = response.json()
        return shown

    async def list(self, part: str = "deliveries", **wanted: str) -> Sequence[Shown]:
        response = await self.client.get(f"/api/webhooks/{part}", params={"limit": "100", **wanted})
        assert response.status_code == 200, response.text
        assert response.json()["next"] is None
        found: list[Shown] = response.json()["deliveries"]
        return found

    async def until(self, identifier: str, status: str) -> Shown:
        """Return a delivery when it has come so far."""

        async def look() -> Shown | None:
            shown = await self.show(identifier)
            return shown if shown["status"] == status else None

        return await until(look)

    async def until_tried(self, identifier: str, times: int) -> Shown:
        """Return a delivery when so many attempts of its run were made."""

        async def look() -> Shown | None:
            shown = await self.show(identifier)
            return shown if shown["attempt_count"] >= times else None

        return await until(look)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a service stands on, and what is left when it stops."""

    database_url: str
    redis_url: str
    clock: Clock

    @asynccontextmanager
    async def running(
        self, settings: Settings | None = None, *, handler: Handler | None = None, worker: bool = False
    ) -> AsyncIterator[Hooks]:
        """Run a service in this process; with `worker` it processes what it takes, with one handler for everything."""
        handlers = Handlers() if handler is None else Handlers().on("*", "*", handler)
        world = World(clock=self.clock, chance=lambda: 0.5, handlers=handlers)
        app = make_app(self.database_url, self.redis_url, settings=settings, world=world, worker=worker)
        async with client_of(app) as client:
            yield Hooks(client=client)


def moment(shown: Shown, name: str) -> datetime:
    """Return a time that is shown."""
    return datetime.fromisoformat(shown[name])


def pauses(shown: Shown) -> Sequence[timedelta]:
    """Return the time from each attempt that failed to when the next one was due."""
    failed = [each for each in shown["attempts"] if each["next_attempt_at"]]
    return [moment(each, "next_attempt_at") - moment(each, "ended_at") for each in failed]
