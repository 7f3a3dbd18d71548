"""The contract of a provider that answers whole or in a stream."""

from __future__ import annotations

import json
from pathlib import Path

from tapecheck.contracts import DIALECT

CONTRACT = """\
title = "Chat"
version = "1"
documentation = "https://chat.example/docs"
hosts = ["chat.example"]
max-age-days = 30

[operations.talk]
summary = "Talk"
method = "POST"
path = "/talk"
response = "talk/response.schema.json"

[operations.talk.stream]
asked-by = "/stream"
framings = ["sse", "json-array"]
events = "talk/events"
name = "/type"
order = "word* end"

[operations.forget]
summary = "Forget"
method = "DELETE"
path = "/talk"
response = "talk/response.schema.json"

[operations.listen]
summary = "Listen"
method = "GET"
path = "/listen"

[operations.listen.stream]
framings = ["sse"]
events = "talk/events"
name = "/type"
order = "word* end"
"""
SCHEMAS: dict[str, dict[str, object]] = {
    "response": {
        "required": ["text"],
        "properties": {"text": {"type": "string"}, "mood": {"x-extensible-enum": ["good", "bad"]}},
    },
    "events/word": {
        "required": ["type", "text"],
        "properties": {"type": {"const": "word"}, "text": {"type": "string"}},
    },
    "events/end": {"required": ["type"], "properties": {"type": {"const": "end"}}},
}


def write_contract(folder: Path) -> Path:
    """Write the contract into a folder of contracts, and return that."""
    (folder / "chat/talk/events").mkdir(parents=True)
    (folder / "chat/contract.toml").write_text(CONTRACT, encoding="utf-8")
    for name, schema in SCHEMAS.items():
        text = json.dumps({"$schema": DIALECT, "title": name, "type": "object", **schema})
        (folder / f"chat/talk/{name}.schema.json").write_text(text, encoding="utf-8")
    return folder
