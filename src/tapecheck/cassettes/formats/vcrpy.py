"""vcrpy's own format, YAML or JSON: https://vcrpy.readthedocs.io.

Variants that keep the body elsewhere are told apart message by message, as one file may mix them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats import vcrpy_httpx, vcrpy_parsed_body
from tapecheck.cassettes.formats.messages import Shape, interactions, method
from tapecheck.cassettes.header_fields import headers
from tapecheck.cassettes.payloads import body
from tapecheck.model import Interaction, Request, Response

NAME = "vcrpy"


def recognises(shape: Shape) -> bool:
    """Tell whether a file has vcrpy's list of interactions."""
    return "interactions" in shape.root


def read(record: Record) -> Iterator[Interaction]:
    """Read the interactions of a file.

    Raises:
        CassetteError: a field is missing or of the wrong type.
    """
    return interactions(record.need("interactions"), request, response)


def request(record: Record) -> Request:
    """Read a request: `method`, `uri`, `headers`, `body`."""
    fields = headers(record.get("headers"))
    return Request(
        method=method(record),
        uri=record.need("uri").text(),
        headers=fields,
        body=vcrpy_parsed_body.body(record) or body(record.get("body"), fields, record.field.line),
    )


def response(record: Record) -> Response:
    """Read a response: `status` with `code` and `message`, `headers`, `body` with `string`."""
    if vcrpy_httpx.recognises_message(record):
        return vcrpy_httpx.response(record)
    fields = headers(record.get("headers"))
    status = record.need("status")
    code = status.record() if status.is_mapping else None
    reason = None if code is None else code.get("message")
    return Response(
        status=status.integer() if code is None else code.need("code").integer(),
        reason="" if reason is None else reason.text(),
        headers=fields,
        body=vcrpy_parsed_body.body(record) or body(record.get("body"), fields, record.field.line),
    )
