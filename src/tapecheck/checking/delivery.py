"""A request as a delivery: who sent it, what it delivers, its body read once for all rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tapecheck.checking.payload import Document, Malformed, Nothing, media_type, parse_json, read_document
from tapecheck.contracts import DeliveryMatch, Match, key_of
from tapecheck.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tapecheck.contracts import Contract, Contracts, Webhooks
    from tapecheck.model import JSONValue, Request

_FORM = "application/x-www-form-urlencoded"
_MAX_FIELDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request next to what its provider's contract says of deliveries."""

    match: DeliveryMatch
    request: Request
    payload: Document | Malformed | Nothing

    @property
    def operation(self) -> str:
        """Return the name that stands for the event where an operation's name does."""
        return "webhooks" if self.match.schema is None else f"webhooks.{self.match.event}"


def read_delivery(contracts: Contracts, request: Request) -> Delivery | None:
    """Read a request as a delivery; None where it is none that a contract recognises, or is no POST."""
    if request.method.upper() != "POST":
        return None
    fields, payload = form_fields(request), read_document(request.body)
    match = contracts.match_delivery(request.headers, lambda webhooks: _value(_payload(webhooks, fields, payload)))
    if match is None:
        return None
    return Delivery(match=match, request=request, payload=_payload(match.webhooks, fields, payload))


def read_delivery_of(contract: Contract, webhooks: Webhooks, request: Request) -> Delivery:
    """Read a request that is known to be a delivery of this contract's provider."""
    payload = _payload(webhooks, form_fields(request), read_document(request.body))
    match = DeliveryMatch.of(contract, webhooks, request.headers, _value(payload))
    return Delivery(match=match, request=request, payload=payload)


def is_delivery(contracts: Contracts, request: Request) -> bool:
    """Tell whether a request is a delivery, whose body a cassette keeps byte by byte."""
    falls_under_one = isinstance(contracts.match(request.method, request.uri), Match)
    return not falls_under_one and read_delivery(contracts, request) is not None


def form_fields(request: Request) -> Mapping[str, str] | None:
    """Return the fields of a form-encoded body, none where it cannot be read; None for a body of another type."""
    if media_type(request.headers.get("content-type"), request.body) != _FORM:
        return None
    try:
        pairs = parse_qsl(request.body.content.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:  # no UTF-8, or more fields than any provider sends
        return {}
    return dict(pairs)


def _value(payload: Document | Malformed | Nothing) -> JSONValue:
    return payload.value if isinstance(payload, Document) else None


def _payload(
    webhooks: Webhooks, fields: Mapping[str, str] | None, document: Document | Malformed | Nothing
) -> Document | Malformed | Nothing:
    return document if fields is None or isinstance(document, Nothing) else read_form(webhooks, fields)


def read_form(webhooks: Webhooks, fields: Mapping[str, str]) -> Document | Malformed:
    """Read the body of a form-encoded delivery: the JSON in the field that the contract names, else all fields."""
    text = webhooks.json_in(fields)
    if text is None:
        return Document(value=dict(fields)) if fields else Malformed(reason="the body is no form that can be read")
    value = parse_json(text.encode(), f"the field {webhooks.form!r} of the body")
    return value if isinstance(value, Malformed) else Document(value=value)


def check_secrets(contracts: Contracts, secrets: Mapping[str, Sequence[str]]) -> None:
    """Check that secrets are those of providers that sign, and of the form that their contracts say.

    Raises:
        ConfigurationError: one is not; the message does not show it.
    """
    for provider, given in secrets.items():
        contract = contracts.by_provider.get(provider)
        schemes = contract.webhooks.signatures if contract and contract.webhooks else ()
        if not schemes:
            raise ConfigurationError(
                f"a webhook secret is given for {provider!r}, which has no contract that says how it signs",
                hint=f"The contracts are those of {', '.join(sorted(contracts.by_provider))}.",
            )
        for secret in given:
            key_of(schemes[0], secret)
