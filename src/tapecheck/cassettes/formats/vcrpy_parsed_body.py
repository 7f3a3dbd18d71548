"""vcrpy with a serializer that keeps JSON bodies as YAML data under `parsed_body`."""

from __future__ import annotations

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats.messages import Shape
from tapecheck.cassettes.payloads import data
from tapecheck.model import Body

NAME = "vcrpy-parsed-body"


def recognises(shape: Shape) -> bool:
    """Tell whether any message of a file has a `parsed_body`."""
    return any("parsed_body" in message for message in shape.messages)


def body(record: Record) -> Body | None:
    """Return the body of a message as compact JSON, or None where it is kept in the usual way."""
    return data(record.need("parsed_body")) if "parsed_body" in record else None
