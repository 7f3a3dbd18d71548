from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import replace

import pytest

from tapecheck.faults import FAULTS, Ending, Reply, Shapes


def test_half_of_a_document(document: Reply, shapes: Shapes) -> None:
    reply = FAULTS["truncated-json"].apply(document, shapes)
    assert document.body.startswith(reply.body)
    assert (reply.missing, reply.ending) == (0, Ending.DONE)
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)


def test_no_body(document: Reply, shapes: Shapes) -> None:
    reply = FAULTS["empty-body"].apply(document, shapes)
    assert (reply.status, reply.body, reply.missing) == (200, b"", 0)


def test_another_content_type(document: Reply, shapes: Shapes) -> None:
    reply = FAULTS["wrong-content-type"].apply(document, shapes)
    assert reply.headers.get_all("content-type") == ("text/html",)
    assert reply.body == document.body


@pytest.mark.parametrize("body", [b"1", b"{}", b"x" * 10_000])
def test_gzip_that_cannot_be_unpacked(document: Reply, shapes: Shapes, body: bytes) -> None:
    reply = FAULTS["bad-gzip"].apply(replace(document, pieces=(body,)), shapes)
    assert reply.headers.get("content-encoding") == "gzip"
    assert reply.body[:2] == b"\x1f\x8b"
    with pytest.raises((OSError, EOFError, zlib.error)):
        gzip.decompress(reply.body)


@pytest.mark.parametrize("body", [b"1", b"{}", b'{"a": "b"}'])
def test_bytes_that_are_no_utf8(document: Reply, shapes: Shapes, body: bytes) -> None:
    reply = FAULTS["invalid-utf8"].apply(replace(document, pieces=(body,)), shapes)
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode()
