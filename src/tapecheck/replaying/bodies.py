"""Bodies of requests as JSON values: documents, forms, and forms in several parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl

from tapecheck.checking.payload import Document, named_media_type, read_document
from tapecheck.model import JSONValue, Request

_FORM: Final = "application/x-www-form-urlencoded"
_BOUNDARY: Final = re.compile(rb"--([^\r\n]{1,70})\r\n")  # RFC 2046, 5.1.1
_NAME: Final = re.compile(r'\bname="([^"]*)"')


def read_pair(one: Request, other: Request) -> tuple[JSONValue, JSONValue] | None:
    """Return two bodies as values that can be compared part by part; None where bytes are all that can be compared."""
    named = {named_media_type(request.headers.get("content-type")) for request in (one, other)} - {None}
    first, second = _read(one, is_form=named == {_FORM}), _read(other, is_form=named == {_FORM})
    return (first.value, second.value) if first is not None and second is not None else None


def by_name(pairs: Iterable[tuple[str, JSONValue]]) -> dict[str, JSONValue]:
    """Gather pairs by name: a value for a name that comes once, a list for one that comes more often."""
    found: defaultdict[str, list[JSONValue]] = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _read(request: Request, *, is_form: bool) -> Document | None:
    content = request.body.content
    if is_form:
        pairs = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
        return Document(value=by_name(pairs))
    if (boundary := _BOUNDARY.match(content)) is not None:
        return _parts(content, b"--" + boundary[1])
    document = read_document(request.body)
    return document if isinstance(document, Document) else None


def _parts(content: bytes, delimiter: bytes) -> Document | None:
    """Read a body in several parts, whose boundary is drawn by lot and tells nothing."""
    _, *parts, last = (b"\r\n" + content).split(b"\r\n" + delimiter)
    if not last.startswith(b"--"):
        return None
    return Document(value=by_name(map(_part, parts)))


def _part(part: bytes) -> tuple[str, JSONValue]:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = head.decode("utf-8", "replace")
    name = _NAME.search(headers)
    return name[1] if name else "", {"headers": headers, "content": text_of(content)}


def text_of(content: bytes) -> str:
    """Return bytes as text, or as hexadecimal digits where they are none."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.hex()
