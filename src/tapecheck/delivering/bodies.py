"""The body of a delivery as bytes and as JSON: it is JSON, or a form that holds some."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from tapecheck.checking.delivery import read_delivery_of
from tapecheck.checking.payload import Document
from tapecheck.contracts import Contract, Pointer, Webhooks
from tapecheck.errors import GenerationError
from tapecheck.model import Body, Headers, JSONValue, Request

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
"""The media type of a form (https://url.spec.whatwg.org, 5)."""


def decoded(contract: Contract, webhooks: Webhooks, headers: Headers, body: bytes) -> JSONValue:
    """Return what a body holds; None where that is no JSON."""
    request = Request(method="POST", uri="", headers=headers, body=Body(content=body))
    payload = read_delivery_of(contract, webhooks, request).payload
    return payload.value if isinstance(payload, Document) else None


def encoded(webhooks: Webhooks, media: str | None, value: JSONValue) -> bytes:
    """Return the bytes of a body: JSON laid out to be read, or a form if it is of that type.

    A form holds the JSON in the contract's field; an object of nothing but strings is the form itself.

    Raises:
        GenerationError: a form is asked for, and the contract has no field for its JSON.
    """
    if (media or "").partition(";")[0].strip().lower() != FORM:
        return json.dumps(value, ensure_ascii=False, indent=2).encode()
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return urlencode(value).encode()
    if webhooks.form is None:
        raise GenerationError("no form can hold this body: the contract's `webhooks` have no `form`")
    return urlencode({webhooks.form: json.dumps(value, ensure_ascii=False, separators=(",", ":"))}).encode()


def replaced(value: JSONValue, place: Pointer, new: JSONValue) -> JSONValue:
    """Return a value with another one at a place, which is there."""
    if not place:
        return new
    head, rest = place[0], place[1:]
    if isinstance(value, dict):
        return {**value, head: replaced(value[head], rest, new)}
    if isinstance(value, list):
        return [replaced(one, rest, new) if str(index) == head else one for index, one in enumerate(value)]
    raise LookupError(head)
