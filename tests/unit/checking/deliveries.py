"""Deliveries of a made-up provider."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tapecheck.model import Body, Headers, Interaction, JSONValue, Request, Response

SECRET = "a secret of these tests"
WEBHOOKS = """
[webhooks]
events = "webhooks"
name = [{ header = "x-weather-event" }, "/type"]
form = "payload"

[[webhooks.recognised]]
headers = { "x-weather-event" = ".+" }

[[webhooks.recognised]]
body = { "/object" = "^weather[.]event$" }

[[webhooks.signatures]]
header = "x-weather-signature"
each = "sha256=([0-9a-f]{64})"
"""
EVENTS: Mapping[str, JSONValue] = {
    "webhooks/storm.schema.json": {
        "type": "object",
        "required": ["city"],
        "properties": {
            "object": {},
            "type": {},
            "city": {"type": "string"},
            "wind": {"x-extensible-enum": ["north", "south"]},
        },
    },
    "webhooks/sun.rise.schema.json": {"type": "object"},
}
FORM = "application/x-www-form-urlencoded"


def delivered(
    content: bytes | JSONValue, *, event: str | None = "storm", media: str = "application/json", **headers: str
) -> Interaction:
    """Make a delivery to our own service, its body on line 10 of its file; header names with underscores."""
    body = content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
    named = {} if event is None else {"X-Weather-Event": event}
    fields = {"Content-Type": media, **named, **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = Request(
        method="POST",
        uri="http://127.0.0.1:8000/hooks",
        headers=Headers(tuple(fields.items())),
        body=Body(content=body, line=10, verbatim=True),
    )
    return Interaction(index=0, line=5, request=request, response=Response(status=204))
