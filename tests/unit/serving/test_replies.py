from __future__ import annotations

import json

from tapecheck.serving import replies


def test_words() -> None:
    reply = replies.text(404, "Nothing here.")
    assert (reply.status, reply.reason, reply.body) == (404, "Not Found", b"Nothing here.\n")
    assert reply.headers.get("content-type") == "text/plain; charset=utf-8"


def test_documents() -> None:
    reply = replies.document(200, {"a": "é"})
    assert json.loads(reply.body) == {"a": "é"}
    assert dict(reply.headers) == {"content-type": "application/json"}


def test_streams() -> None:
    reply = replies.stream(200, "sse", [b"a", b"b"])
    assert (reply.pieces, reply.framing) == ((b"a", b"b"), "sse")
    assert reply.headers.get("content-type") == "text/event-stream"


def test_nothing() -> None:
    reply = replies.nothing(204)
    assert (reply.reason, reply.pieces, len(reply.headers)) == ("No Content", (), 0)
