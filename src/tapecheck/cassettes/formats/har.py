"""HTTP Archive 1.2, as browsers and Polly.js write it (http://www.softwareishard.com/blog/har-12-spec/)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from urllib.parse import urlencode

from tapecheck.cassettes.fields import Field, Record
from tapecheck.cassettes.formats.messages import Shape, interactions, method
from tapecheck.cassettes.payloads import body, decoded, encode, from_base64
from tapecheck.model import Body, Headers, Interaction, Request, Response

NAME = "har"


def recognises(shape: Shape) -> bool:
    """Tell whether a file has a log with entries."""
    log = shape.root.get("log")
    return log is not None and log.is_mapping and "entries" in log.record()


def read(record: Record) -> Iterator[Interaction]:
    """Read the entries of a file.

    Raises:
        CassetteError: a field is missing or of the wrong type.
    """
    return interactions(record.need("log").record().need("entries"), _request, _response)


def _request(record: Record) -> Request:
    fields = _headers(record)
    posted = record.get("postData")
    return Request(
        method=method(record),
        uri=record.need("url").text(),
        headers=fields,
        body=Body(line=record.field.line) if posted is None else _posted(posted.record(), fields),
    )


def _response(record: Record) -> Response:
    fields = _headers(record)
    reason, content = record.get("statusText"), record.get("content")
    return Response(
        status=record.need("status").integer(),
        reason="" if reason is None else reason.text(),
        headers=fields,
        body=Body(line=record.field.line) if content is None else _content(content.record(), fields),
    )


def _headers(record: Record) -> Headers:
    field = record.get("headers")
    return Headers() if field is None else Headers(tuple(_pairs(field)))


def _pairs(field: Field) -> Iterator[tuple[str, str]]:
    for item in field.items():
        record = item.record()
        value = record.get("value")
        yield record.need("name").text(), "" if value is None else value.text()


def _posted(record: Record, fields: Headers) -> Body:
    """Read `postData`; a form may stand there as `params` only."""
    text, form = record.get("text"), record.get("params")
    if text is None and form is not None:
        return Body(content=encode(urlencode(list(_pairs(form)))), line=form.line)
    return _content(record, fields)


def _content(record: Record, fields: Headers) -> Body:
    text, encoding = record.get("text"), record.get("encoding")
    if text is None or encoding is None or encoding.text() != "base64":
        return body(text, fields, record.field.line)
    return decoded(_from_base64(text), fields, text)


def _from_base64(field: Field) -> Body:
    """Read base64 text; Polly.js writes it as a JSON list of chunks, each base64 by itself."""
    text = field.text()
    if not text.startswith("["):
        return from_base64(text, field.line)
    try:
        return Body(content=b"".join(base64.b64decode(chunk) for chunk in json.loads(text)), line=field.line)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        return Body(
            content=encode(text), line=field.line, problem=f"the body is no valid list of base64 chunks: {error}"
        )
