from __future__ import annotations

import pytest
from fastapi import Request

from backend.api.events import described, event, wants_events
from backend.api.problems import ProblemDocument


def test_an_event_is_one_line_of_json() -> None:
    data = ProblemDocument(title="two\nlines", status=503, detail="ä")
    written = 'data: {"type":"about:blank","title":"two\\nlines","status":503,"detail":"ä"}\n'
    assert event("error", data).decode() == f"event: error\n{written}\n"
    assert event("error", data, 7).decode() == f"event: error\n{written}id: 7\n\n"


def test_its_schema_says_what_its_data_are() -> None:
    properties = described("error", {"type": "object"})["properties"]
    assert properties == {
        "event": {"const": "error"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"type": "object"},
        },
    }


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        (["text/event-stream"], True),
        (["application/json, Text/Event-Stream ;q=0.5"], True),
        (["application/json", "text/event-stream"], True),
        (["*/*"], False),
        (["application/json"], False),
        ([], False),
    ],
)
def test_who_accepts_events_gets_them(accept: list[str], wants: bool) -> None:
    headers = [(b"accept", each.encode()) for each in accept]
    assert wants_events(Request({"type": "http", "headers": headers})) is wants
