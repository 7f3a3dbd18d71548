"""A delivery before it is signed, and the message that goes over the wire."""

from __future__ import annotations

from dataclasses import dataclass

from tapecheck.contracts import Contract, Schema, SignatureScheme, Webhooks
from tapecheck.model import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is to be delivered.

    Attributes:
        contract: of the provider.
        webhooks: what the contract says of deliveries.
        event: name of the event.
        id: of the delivery; a new attempt keeps it.
        headers: without those that sign it and those that speak of the connection.
        body: as it is signed.
        scheme: how it is signed; None where the provider does not sign.
        origin: where it is from, for people.
    """

    contract: Contract
    webhooks: Webhooks
    event: str
    id: str
    headers: Headers
    body: bytes
    scheme: SignatureScheme | None
    origin: str

    @property
    def schema(self) -> Schema:
        """Return the schema of the event."""
        return self.webhooks.events[self.event]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request as it goes over the wire.

    Attributes:
        headers: all but `host` and `content-length`.
        body: whole.
        pause: seconds between the pieces that the body is sent in; 0 where it is sent at once.
    """

    headers: Headers
    body: bytes
    pause: float = 0


def with_fields(headers: Headers, added: Headers) -> Headers:
    """Return headers with others added, in the place of those of the same name."""
    names = {name.lower() for name, _ in added}
    return Headers((*((name, value) for name, value in headers if name.lower() not in names), *added))


def without_fields(headers: Headers, names: frozenset[str]) -> Headers:
    """Return headers without those of some names, which are in lower case."""
    return Headers(tuple((name, value) for name, value in headers if name.lower() not in names))
