"""The Go package go-vcr, versions 1 to 4: `url` for `uri`, `status: 200 OK` with `code: 200`, bodies as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats.messages import Shape, interactions, method
from tapecheck.cassettes.header_fields import headers
from tapecheck.cassettes.payloads import body
from tapecheck.model import Interaction, Request, Response

NAME = "go-vcr"


def recognises(shape: Shape) -> bool:
    """Tell whether any request of a file has a `url`, where all other formats have a `uri`."""
    return any("url" in message and "uri" not in message for message in shape.messages)


def read(record: Record) -> Iterator[Interaction]:
    """Read the interactions of a file.

    Raises:
        CassetteError: a field is missing or of the wrong type.
    """
    return interactions(record.need("interactions"), _request, _response)


def _request(record: Record) -> Request:
    fields = headers(record.get("headers"))
    return Request(
        method=method(record),
        uri=record.need("url").text(),
        headers=fields,
        body=body(record.get("body"), fields, record.field.line),
    )


def _response(record: Record) -> Response:
    fields = headers(record.get("headers"))
    status = record.get("status")
    words = "" if status is None else status.text()
    code = record.need("code").integer()
    return Response(
        status=code,
        reason=words.removeprefix(str(code)).strip(),
        headers=fields,
        body=body(record.get("body"), fields, record.field.line),
    )
