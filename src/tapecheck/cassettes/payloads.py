"""The body of a message, in whichever of the shapes recorders have given it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

import yaml

from tapecheck.cassettes.decoding import decode
from tapecheck.cassettes.fields import Field
from tapecheck.cassettes.json_text import json_text
from tapecheck.cassettes.tree import BINARY, is_python_object
from tapecheck.model import Body, Headers

_INTEGER = "tag:yaml.org,2002:int"


def body(field: Field | None, headers: Headers, line: int) -> Body:
    """Return a body, its `content-encoding` undone.

    Args:
        field: text, base64 text, a list of chunks, a mapping that wraps one of these under `string` or
            `base64_string`, or a mapping that is itself the data; None or null is an empty body.
        headers: those of the message.
        line: where the message starts, for a body that is not there.
    """
    if field is None or field.is_null:
        return Body(line=line if field is None else field.line)
    return decoded(_payload(field), headers, field)


def decoded(found: Body, headers: Headers, field: Field) -> Body:
    """Undo the `content-encoding` of a body as found."""
    allowance = field.document.allowance
    content, problem = decode(found.content, headers, min(field.document.limits.body_bytes, allowance.left))
    if content is found.content:
        return replace(found, problem=found.problem or problem) if problem else found
    allowance.left -= len(content)
    return Body(content=content, line=found.line)


def data(field: Field) -> Body:
    """Return parsed data as the JSON text that was sent, compact."""
    return Body(content=encode(json_text(field.node)), line=field.line)


def encode(text: str) -> bytes:
    """Return text as UTF-8; a lone surrogate is kept, to be found as the bad UTF-8 that it is."""
    return text.encode("utf-8", "surrogatepass")


def from_base64(text: str, line: int) -> Body:
    """Return the bytes of base64 text, or the text with the reason why it is none."""
    try:
        return Body(content=base64.b64decode("".join(text.split()), validate=True), line=line)
    except (binascii.Error, ValueError) as error:
        return Body(content=encode(text), line=line, problem=f"the body is no valid base64: {error}")


def _payload(field: Field) -> Body:
    if isinstance(field.node, yaml.ScalarNode):
        return _scalar(field)
    if is_python_object(field.node):
        return _python_object(field)
    return _chunks(field) if field.is_list else _mapping(field)


def _scalar(field: Field) -> Body:
    if field.node.tag in BINARY:
        return from_base64(field.node.value, field.line)
    literal = field.is_literal and not field.document.breaks
    content = b"" if field.is_null else encode(field.node.value)
    return Body(content=content, line=field.line + literal, verbatim=literal, blank=not content and not field.is_null)


def _mapping(field: Field) -> Body:
    record = field.record()
    if not record.nodes:
        return Body(line=field.line)
    if (wrapped := record.get("base64_string")) is not None:
        return from_base64(wrapped.text(), wrapped.line)
    if "string" in record:
        return _payload(record.need("string"))
    return data(field)


def _chunks(field: Field) -> Body:
    """Join the chunks of a body that was sent in parts, or the numbers of its bytes."""
    chunks = list(field.items())
    if chunks and all(chunk.node.tag == _INTEGER for chunk in chunks):
        return _numbers(field)
    parts = [_payload(chunk) for chunk in chunks]
    problem = next((part.problem for part in parts if part.problem), None)
    return Body(content=b"".join(part.content for part in parts), line=field.line, problem=problem)


def _numbers(field: Field) -> Body:
    try:
        return Body(content=bytes(int(node.value) for node in field.node.value), line=field.line)
    except ValueError:
        return data(field)


def _python_object(field: Field) -> Body:
    """Return what a file or an iterator held when it was recorded: the first of its arguments or of its state."""
    if not field.is_list:
        record = field.record()
        inner = record.get("args") or record.get("state")
        return Body(line=field.line) if inner is None else _first(inner)
    return _first(field)


def _first(field: Field) -> Body:
    first = next(field.items(), None)
    return Body(line=field.line) if first is None else _payload(first)
