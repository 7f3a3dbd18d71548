"""A delivery on its way in: read, verified on its raw bytes, stored, and only then acknowledged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from backend.clock import Clock, Deadline
from backend.database.ids import new_id
from backend.errors import TimedOutError
from backend.logs import logger
from backend.settings import Environment, Settings
from backend.webhooks.delivery import Delivery
from backend.webhooks.intake import Intake, Receipt
from backend.webhooks.reading import read_document
from backend.webhooks.registry import source_named
from backend.webhooks.secrets import Secrets
from backend.webhooks.signatures import MissingHeaderError, verify
from backend.webhooks.source import Source, event_of, header, id_of

Headers: TypeAlias = Sequence[tuple[str, str]]

_PRIVATE: Final = re.compile(
    r"auth|bearer|cookie|credential|hmac|jwt|pass(word|wd|phrase)|secret|session|signature|token|(api|access)[-_]?key|^proxy-"
)
"""Parts of the names of headers that could prove or grant something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How a delivery was sent.

    Attributes:
        source: who it says it is.
        headers: with lower-case names, in order.
        origin: scheme, host and port as the request says, without a path.
        target: path and query, as they were spelt.
        method: of the envelope.
    """

    source: str
    headers: Headers = field(repr=False)
    origin: str
    target: str = field(repr=False)
    method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What a sender is told that only asks whether somebody is there."""

    answer: Mapping[str, object]


class Reception:
    """Takes deliveries in.

    Args:
        intake: stores them.
        clock: tells when they arrive.
        secrets: of the sources.
        settings: of the service.
    """

    def __init__(self, intake: Intake, *, clock: Clock, secrets: Secrets, settings: Settings) -> None:
        self._intake = intake
        self._clock = clock
        self._secrets = secrets
        self._unsigned = settings.env is not Environment.PRODUCTION
        self._patience = settings.webhook_read_timeout
        self._public_url = str(settings.public_url).rstrip("/") if settings.public_url else None
        self._warned: set[str] = set()

    async def receive(self, envelope: Envelope, content: AsyncIterable[bytes]) -> Receipt | Handshake:
        """Take a delivery in.

        Args:
            envelope: how it was sent.
            content: its body, piece by piece; whoever calls bounds its size.

        Returns:
            Where it is stored, or what a handshake is answered.

        Raises:
            NotFoundError: there is no such source.
            TimedOutError: the body did not arrive in time.
            SignatureError: it is not proven who sent it.
            DeliveryRefusedError: it is not JSON, nor a form where those are sent.
            UnavailableError: it cannot be stored now.
        """
        source = source_named(envelope.source)
        body = await self._read(content)
        now = self._clock.now()
        signed_id = self._verify(source, envelope, body, now)
        document = read_document(source, header(envelope.headers, "content-type") or "", body)
        if source.handshake and (answer := source.handshake(document)) is not None:
            return Handshake(answer=answer)
        delivery = Delivery(
            id=new_id("whd", now),
            source=envelope.source,
            delivery_id=signed_id or id_of(source, document) or f"sha256:{hashlib.sha256(body).hexdigest()}",
            event=event_of(source, envelope.headers, document),
            headers=harmless(envelope.headers),
            body=body,
            received_at=now,
        )
        return await self._intake.store(delivery)

    async def _read(self, content: AsyncIterable[bytes]) -> bytes:
        deadline = Deadline(self._clock, self._patience)
        try:
            async with deadline.limit():
                return b"".join([piece async for piece in content])
        except TimeoutError:
            raise TimedOutError(
                f"timeout: the body did not arrive within {deadline.seconds:g} s: send the delivery again, faster"
            ) from None

    def _verify(self, source: Source, envelope: Envelope, body: bytes, now: datetime) -> str | None:
        """Return the id that the scheme's headers tell."""
        secrets = self._secrets.valid(envelope.source, now)
        unsigned = source.unsigned and self._unsigned and not self._secrets.has_any(envelope.source)
        if not secrets and not unsigned:
            self._warn(envelope.source)
        url = f"{self._public_url or envelope.origin}{envelope.target}"
        try:
            return verify(source.scheme, secrets, envelope.headers, body, now, url=url, method=envelope.method).id
        except MissingHeaderError:
            if unsigned:
                return None
            raise

    def _warn(self, source: str) -> None:
        if source not in self._warned:
            self._warned.add(source)
            logger().warning("webhooks without a secret are refused", source=source, variable="BACKEND_WEBHOOK_SECRETS")


def harmless(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers that may be stored: none that could prove or grant anything."""
    return [(name, value) for name, value in headers if not _PRIVATE.search(name)]
