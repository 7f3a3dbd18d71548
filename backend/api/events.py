"""Server-Sent Events, whose data are JSON: how they are written, and what OpenAPI says of them.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import Request
from fastapi.sse import format_sse_event
from pydantic import BaseModel

MEDIA_TYPE: Final = "text/event-stream"


def described(name: str, data: Mapping[str, object]) -> dict[str, object]:
    """Return the JSON Schema of an event; its data is JSON of the schema `data`."""
    content = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "properties": {"event": {"const": name}, "data": content}, "required": ["event", "data"]}


def event(name: str, data: BaseModel, number: int | None = None) -> bytes:
    """Return an event as it is sent; its number is with what a client that was cut off says where to go on."""
    identifier = None if number is None else str(number)
    return format_sse_event(event=name, id=identifier, data_str=data.model_dump_json())


def wants_events(request: Request) -> bool:
    """Tell whether a client accepts events; such as has no preference does not."""
    accepted = ",".join(request.headers.getlist("accept")).lower().split(",")
    return any(each.partition(";")[0].strip() == MEDIA_TYPE for each in accepted)
