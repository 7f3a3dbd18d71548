"""The headers of a delivery, but for its signature."""

from __future__ import annotations

from uuid import UUID

from tapecheck.contracts import Recognition, SignatureScheme, Webhooks
from tapecheck.generation import PlainSource
from tapecheck.generation.patterns import sample
from tapecheck.model import Headers, JSONValue


def headed(webhooks: Webhooks, event: str, value: JSONValue, number: str, media: str) -> Headers:
    """Return the headers with which a provider sends a body.

    Args:
        webhooks: what the contract says of deliveries.
        event: name of the event.
        value: the body.
        number: id of the delivery.
        media: type of the body.

    Raises:
        GenerationError: a header is asked for that cannot be made.
    """
    fields = {"content-type": media}
    if (name := name_header(webhooks)) is not None:
        fields[name] = event
    if webhooks.id and webhooks.id[0].header is not None:
        fields[webhooks.id[0].header] = number
    table = known_by(webhooks, value)
    signing = _signing(next(iter(webhooks.signatures), None))
    for header, pattern in table.headers if table is not None else ():
        if pattern.search(fields.get(header, "")) is None and header not in signing:
            fields[header] = sample(pattern.pattern, PlainSource())
    return Headers(tuple(fields.items()))


def name_header(webhooks: Webhooks) -> str | None:
    """Return the header that names events; None where the body does."""
    return next((place.header for place in webhooks.name if place.header is not None), None)


def id_of(webhooks: Webhooks, value: JSONValue, fresh: UUID) -> str:
    """Return the id that a body has where the provider writes it there, else a fresh one."""
    if webhooks.id and webhooks.id[0].header is not None:
        return str(fresh)
    found = (place.value(Headers(), value) for place in webhooks.id)
    return next((one for one in found if one is not None), str(fresh))


def known_by(webhooks: Webhooks, value: JSONValue) -> Recognition | None:
    """Return the first conditions that a body fulfils, as far as they are of bodies; None where there are none."""
    return next((one for one in webhooks.recognised if Recognition(body=one.body).holds(Headers(), value)), None)


def _signing(scheme: SignatureScheme | None) -> frozenset[str | None]:
    """Return the headers that only a signature brings."""
    if scheme is None:
        return frozenset()
    return frozenset((scheme.header, scheme.timestamp.header if scheme.timestamp is not None else None))
