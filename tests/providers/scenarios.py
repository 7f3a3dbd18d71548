"""What the scenarios of all providers share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx
    from _pytest.mark import ParameterSet

EXACT = "Reply with exactly these words: calm clear morning"
COUNT = "Count from one to five in words, separated by commas."
SUM = "What is seven plus five? Reply with the number alone."
ASK = "When is high tide in Harwich today?"
ANSWER = "calm clear morning"
TIDE = "14:20"
PORT = {"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]}
PURPOSE = "Tells when the tide is high in a port."


def scenario(name: str, *values: object, sandbox: bool = False) -> ParameterSet:
    """Return parameters of a test with their cassette, `<operation>/<scenario>`; `sandbox` is our marker."""
    marks = [pytest.mark.default_cassette(name)]
    return pytest.param(*values, id=name, marks=[*marks, pytest.mark.sandbox] if sandbox else marks)


def events(response: httpx.Response) -> list[Any]:
    """Return the data of a stream's events, as far as it is JSON."""
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    data = [line.removeprefix("data:").strip() for line in response.iter_lines() if line.startswith("data:")]
    return [json.loads(each) for each in data if each.startswith("{")]


def counted(pieces: list[str]) -> bool:
    """Tell whether pieces of a stream are the answer to `COUNT`."""
    return len(pieces) > 1 and "one, two, three, four, five" in "".join(pieces).lower()
