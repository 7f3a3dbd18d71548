"""Replies to be spoilt."""

from __future__ import annotations

import pytest

from tapecheck.faults import Reply, Shapes
from tapecheck.model import Headers

JSON = Headers((("content-type", "application/json"),))
EVENTS = (b"data: 0\n\n", b": hush\n\n", b"event: a\ndata: 1\n\n", b"data: 2\n\n", b"data: [DONE]\n\n")


@pytest.fixture
def shapes() -> Shapes:
    """A provider whose errors are plain words."""
    return Shapes(
        error=lambda status, message: Reply(status=status, pieces=(message.encode(),)),
        failure=lambda: b"data: sorry\n\n",
    )


@pytest.fixture
def document() -> Reply:
    return Reply(status=200, reason="OK", headers=JSON, pieces=(b'{"text": "0123456789"}',))


@pytest.fixture
def sse() -> Reply:
    return Reply(status=200, headers=Headers((("content-type", "text/event-stream"),)), pieces=EVENTS, framing="sse")


@pytest.fixture
def array() -> Reply:
    return Reply(status=200, headers=JSON, pieces=(b'[{"n":0}', b'\n,{"n":1}', b',{"n":2}', b"]"), framing="json-array")
