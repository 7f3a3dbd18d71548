"""What clients do and no document can tell: senders of webhooks sign, and readers of streams ask for events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from zlib import crc32

from requests.auth import AuthBase

from backend.api.events import MEDIA_TYPE
from backend.tests.unit.webhooks.receiving import DISCORD_PRIVATE, SECRETS
from backend.webhooks.registry import SOURCES
from backend.webhooks.signatures import sign

if TYPE_CHECKING:
    from requests import PreparedRequest

    from backend.clock import Clock

CONFIGURED: Final = json.dumps(dict(SECRETS))
"""`BACKEND_WEBHOOK_SECRETS`: a secret for every source."""

RECEPTIONS: Final = ("receive_delivery", "receive_generic_delivery")
"""The operations that take deliveries."""
STREAMING: Final = ("read_messages", "watch_key", "watch_state")
"""The operations that answer with events whoever accepts them."""

_PATH: Final = "/api/webhooks"
_WRONG: Final = 8
"""One signature in so many is of another body."""


class Signing(AuthBase):
    """Signs deliveries as their sources do, some of them wrongly; the same body always in the same way.

    Args:
        clock: tells the time that the service knows.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        url = request.url or ""
        source = urlsplit(url).path.removeprefix(_PATH).strip("/") or "generic"
        raw = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        if source in SOURCES:
            request.headers.update(self._proof(source, raw if crc32(raw) % _WRONG else raw + b" ", url))
        return request

    def _proof(self, source: str, body: bytes, url: str) -> dict[str, str]:
        secret = DISCORD_PRIVATE if source == "discord" else SECRETS[source]
        return sign(SOURCES[source].scheme, [secret], body, self._clock.now(), url=url)


class Listening(AuthBase):
    """Accepts events in every second request; the same request always in the same way."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if crc32((request.url or "").encode()) % 2:
            request.headers["Accept"] = MEDIA_TYPE
        return request
