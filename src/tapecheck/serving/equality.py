"""Requests that ask for the same."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from tapecheck.checking.payload import Document, read_document
from tapecheck.contracts import Match, Operation, Secrets
from tapecheck.model import JSONValue, Request, find, resolve

_NAME: Final = re.compile(r"\{[^{}]*\}")


def fingerprint(match: Match, request: Request, uri: str) -> str:
    """Return a digest that requests have in common which ask for the same.

    That is: operation, the parameters in its path, query but for its order, and the body as JSON. Secrets do not count,
    as no tape has them, and neither do headers.

    Args:
        match: the operation.
        request: its body counts.
        uri: as the provider itself would have been asked.
    """
    parts = urlsplit(uri)
    secrets = match.contract.secrets
    query = sorted(
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in secrets.query
    )
    body = read_document(request.body)
    content = _canonical(body.value, secrets) if isinstance(body, Document) else request.body.content.hex()
    arguments = _arguments(match.operation, unquote(parts.path))
    asked = [match.contract.provider, match.operation.name, arguments, query, content]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _arguments(operation: Operation, path: str) -> tuple[str, ...]:
    """Return what stands for the names in the path; an operation may have several paths that mean one thing."""
    for template in operation.paths:
        literals = _NAME.split(template.text)
        if found := re.fullmatch("([^/]+?)".join(map(re.escape, literals)), path):
            return found.groups()
    return (path,)


def _canonical(value: JSONValue, secrets: Secrets) -> str:
    plain = _plain(value)
    for parts in secrets.fields:
        for place, _ in list(find(plain, parts)):
            plain = _blanked(plain, place)
    return json.dumps(plain, sort_keys=True)


def _blanked(value: JSONValue, place: Sequence[str | int]) -> JSONValue:
    """Return a value with null at a place in it: the same value changed, or null where the place is all of it."""
    if not place:
        return None
    holder = resolve(value, place[:-1])
    if isinstance(holder, dict):
        holder[str(place[-1])] = None
    elif isinstance(holder, list):
        holder[int(place[-1])] = None
    return value


def _plain(value: JSONValue) -> JSONValue:
    """Make integers of the numbers that are whole: 1 and 1.0 are one number (JSON Schema 2020-12, core 4.2.2)."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
