"""The document that the body of a delivery holds."""

from __future__ import annotations

import json
from typing import Final, NoReturn
from urllib.parse import parse_qsl

import orjson

from backend.webhooks.errors import DeliveryRefusedError
from backend.webhooks.source import Source

_FORM: Final = "application/x-www-form-urlencoded"


def read_document(source: Source, content_type: str, body: bytes) -> object:
    """Return the JSON of a body, or the fields of a form as an object of strings where the source sends forms.

    Args:
        source: tells whether it sends forms, and which field of them holds JSON.
        content_type: of the body.
        body: UTF-8.

    Raises:
        DeliveryRefusedError: it is neither; the detail has nothing of the body.
    """
    if source.form is None or content_type.partition(";")[0].strip().lower() != _FORM:
        return _read_json(body)
    fields = _read_form(body)
    held = fields.get(source.form) if source.form else None
    return fields if held is None else _read_json(held.encode())


def _read_json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_leniently(body)


def _read_leniently(body: bytes) -> object:
    r"""Read what orjson does not and RFC 8259 allows: half of a surrogate pair, as where a text was cut (`\ud83d`)."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse)
    except RecursionError:
        reason = "it is nested too deeply"
    except UnicodeDecodeError as error:
        reason = f"it is not UTF-8 at byte {error.start + 1}"
    except json.JSONDecodeError as error:
        reason = f"{error.msg} at character {error.pos + 1}"
    except ValueError:
        reason = "it has a number of too many digits"
    raise DeliveryRefusedError(f"the body is not JSON: {reason}; send JSON, in UTF-8")


def _refuse(constant: str) -> NoReturn:
    raise json.JSONDecodeError(f"{constant} is no number", constant, 0)


def _read_form(body: bytes) -> dict[str, str]:
    """Return the fields; of several by one name, the first."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise DeliveryRefusedError("the body is not the form that its content type says: encode it again") from None
    return dict(reversed(pairs))
