"""What vcrpy 2 to 5 wrote for httpx: `content` and `status_code` in place of `body` and `status`."""

from __future__ import annotations

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats.messages import Shape
from tapecheck.cassettes.header_fields import headers
from tapecheck.cassettes.payloads import body
from tapecheck.model import Response

NAME = "vcrpy-httpx-old"


def recognises(shape: Shape) -> bool:
    """Tell whether any response of a file is of this kind."""
    return any(recognises_message(message) for message in shape.messages)


def recognises_message(record: Record) -> bool:
    """Tell whether a response is of this kind."""
    return "status_code" in record and "status" not in record


def response(record: Record) -> Response:
    """Read a response: `status_code`, `headers`, `content`.

    Raises:
        CassetteError: a field is missing or of the wrong type.
    """
    fields = headers(record.get("headers"))
    return Response(
        status=record.need("status_code").integer(),
        headers=fields,
        body=body(record.get("content") or record.get("body"), fields, record.field.line),
    )
