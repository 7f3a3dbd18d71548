from __future__ import annotations

from pathlib import Path

from tapecheck.contracts import Schema
from tapecheck.contracts.schema import Deferred
from tapecheck.model import JSONValue


def test_a_document_is_read_when_it_is_looked_into_and_once() -> None:
    reads: list[int] = []

    def read() -> dict[str, JSONValue]:
        reads.append(1)
        return {"type": "object", "title": "T"}

    schema = Schema(uri="https://x.invalid/a", path=Path("a"), document=Deferred(read))
    assert reads == []
    assert schema.document["type"] == "object"
    assert (len(schema.document), dict(schema.document)) == (2, {"type": "object", "title": "T"})
    assert reads == [1]
