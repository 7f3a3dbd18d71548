"""A cassette as YAML that plain vcrpy loads and a person can review."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from tapecheck.cassettes.normalising import normalise
from tapecheck.cassettes.scalars import literal, quoted, scalar
from tapecheck.model import Body, Headers, Interaction, Request

_MAX_KEY = 1000
"""A name may be up to 1024 characters long on the line of its value (YAML 1.1, 7.3.1); longer ones stand alone."""


def render(interactions: Sequence[Interaction], is_raw: Callable[[Request], bool] = lambda request: False) -> str:
    """Return vcrpy's YAML of interactions, each as `normalise` says.

    A body is a literal block where YAML allows, else text in double quotes, else base64 under `!!binary`; no scalar is
    ever wrapped. The empty body of a request is an empty text or `null`, as it was found.

    Args:
        interactions: in their order.
        is_raw: whether the body of a request is to stay byte by byte, as one that is signed has to.
    """
    if not interactions:
        return "version: 1\ninteractions: []\n"
    lines = (
        line
        for interaction in interactions
        for line in _interaction(normalise(interaction, raw=is_raw(interaction.request)))
    )
    return "\n".join(["version: 1", "interactions:", *lines, ""])


def _interaction(interaction: Interaction) -> Iterator[str]:
    request, response = interaction.request, interaction.response
    yield "- request:"
    yield f"    method: {scalar(request.method)}"
    yield f"    uri: {scalar(request.uri)}"
    yield from _headers(request.headers)
    yield f"    body: {_payload(request.body, 6) or (quoted('') if request.body.blank else 'null')}"
    yield "  response:"
    yield "    status:"
    yield f"      code: {response.status}"
    yield f"      message: {scalar(response.reason)}"
    yield from _headers(response.headers)
    yield "    body:"
    yield f"      string: {_payload(response.body, 8) or quoted('')}"


def _headers(headers: Headers) -> Iterator[str]:
    if not headers:
        yield "    headers: {}"
        return
    yield "    headers:"
    for name, fields in groupby(headers, key=lambda field: field[0]):
        key = scalar(name)
        yield f"      {key}:" if len(key) < _MAX_KEY else f"      ? {key}\n      :"
        for _, value in fields:
            yield f"      - {scalar(value)}"


def _payload(body: Body, indent: int) -> str:
    """Return a body as a scalar, or nothing if it is empty."""
    if not body.content:
        return ""
    try:
        text = body.content.decode()
    except UnicodeDecodeError:
        return f"!!binary {base64.b64encode(body.content).decode()}"
    return literal(text, " " * indent) or scalar(text)
