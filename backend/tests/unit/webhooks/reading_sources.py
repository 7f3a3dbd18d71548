"""What a source makes of a body, without storing it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from backend.webhooks.reading import read_document
from backend.webhooks.registry import SOURCES
from backend.webhooks.source import event_of, id_of

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found: `id` is None where the scheme's headers tell it, or the hash of the body has to do."""

    event: str | None
    id: str | None
    document: object


def read(source: str, body: object, content_type: str = JSON, **headers: str) -> Reading:
    """Read a body, which is JSON unless it is bytes; `x_topic` is the header `x-topic`."""
    known = SOURCES[source]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    document = read_document(known, content_type, content)
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Reading(event=event_of(known, pairs, document), id=id_of(known, document), document=document)


def answer(source: str, document: object) -> object:
    """What a document is answered at once, None where it is an event."""
    handshake = SOURCES[source].handshake
    assert handshake is not None
    return handshake(document)
