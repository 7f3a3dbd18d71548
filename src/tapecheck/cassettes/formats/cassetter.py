"""cassetter: vcrpy's frame, but each body says its type: `json`, `text`, `binary` (in hex) or `none`."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats.messages import Shape, interactions, method
from tapecheck.cassettes.header_fields import headers
from tapecheck.cassettes.payloads import body, data, decoded, encode
from tapecheck.model import Body, Headers, Interaction, Request, Response

NAME = "cassetter"

_TYPES = ("json", "text", "binary", "none")


def recognises(shape: Shape) -> bool:
    """Tell whether any body of a file says its type, or the file holds what only cassetter records."""
    if "grpc_interactions" in shape.root or "ws_interactions" in shape.root:
        return True
    return any(_is_typed(message) for message in shape.messages)


def _is_typed(message: Record) -> bool:
    payload = message.get("body")
    if payload is None or not payload.is_mapping:
        return False
    record = payload.record()
    kind = record.get("type")
    return kind is not None and kind.node.value in _TYPES and "string" not in record


def read(record: Record) -> Iterator[Interaction]:
    """Read the HTTP interactions of a file; those of gRPC and WebSocket are none of ours.

    Raises:
        CassetteError: a field is missing or of the wrong type.
    """
    entries = record.get("interactions")
    return iter(()) if entries is None else interactions(entries, _request, _response)


def _request(record: Record) -> Request:
    fields = headers(record.get("headers"))
    return Request(method=method(record), uri=record.need("uri").text(), headers=fields, body=_body(record, fields))


def _response(record: Record) -> Response:
    fields = headers(record.get("headers"))
    return Response(status=record.need("status").integer(), headers=fields, body=_body(record, fields))


def _body(message: Record, fields: Headers) -> Body:
    field = message.get("body")
    if field is None:
        return Body(line=message.field.line)
    record = field.record()
    kind = record.need("type").text()
    if kind not in _TYPES:
        raise field.fail(f"got a body of type {kind!r}, expected one of {', '.join(_TYPES)}")
    if kind == "none":
        return Body(line=field.line)
    content = record.need("content")
    if kind == "json":
        return data(content)
    if kind == "text":
        return body(content, fields, field.line)
    return decoded(_from_hex(content.text(), content.line), fields, content)


def _from_hex(text: str, line: int) -> Body:
    try:
        return Body(content=bytes.fromhex(text), line=line)
    except ValueError as error:
        return Body(content=encode(text), line=line, problem=f"the body is no valid hex: {error}")
