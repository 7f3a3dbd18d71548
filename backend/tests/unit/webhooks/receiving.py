"""Deliveries as their senders would send them, for tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Final

from pydantic import SecretStr

from backend.settings import Settings
from backend.webhooks.registry import SOURCES
from backend.webhooks.signatures import sign

DISCORD_PRIVATE: Final = "5453540101010101010101010101010101010101010101010101010101010101"
SECRETS: Final[Mapping[str, str]] = {
    **dict.fromkeys(SOURCES, "made-up-secret"),
    "standard": "whsec_bWFkZS11cC1zZWNyZXQ=",
    "svix": "whsec_bWFkZS11cC1zZWNyZXQ=",
    "discord": "1a24511040574e0fc85749bd89633a0f7d3fcb8fc49ef38a0204b4df67e64065",
}
"""A secret for every source."""


def configured(secrets: Mapping[str, object] = SECRETS, **settings: object) -> Settings:
    """Settings with the secrets of some sources."""
    return Settings(webhook_secrets=SecretStr(json.dumps(secrets)), **settings)  # type: ignore[arg-type]


def signed(
    source: str, body: bytes, now: datetime, *, delivery_id: str = "msg_1", url: str | None = None
) -> dict[str, str]:
    """The headers of a delivery that its source signed, with lower-case names."""
    secret = DISCORD_PRIVATE if source == "discord" else SECRETS[source]
    headers = sign(SOURCES[source].scheme, [secret], body, now, id=delivery_id, url=url)
    return {name.lower(): value for name, value in headers.items()}


async def pieces(*content: bytes) -> AsyncIterator[bytes]:
    """A body as it arrives."""
    for piece in content:
        yield piece
