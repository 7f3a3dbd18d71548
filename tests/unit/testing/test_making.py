from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.contracts import load
from tapecheck.errors import GenerationError
from tapecheck.generation import Generator, PlainSource
from tapecheck.testing.answering import matching
from tapecheck.testing.making import Answering
from tests.unit.testing.chat import write_contract


def answering(folder: Path, operation: str) -> Answering:
    match = matching(load(write_contract(folder)).contracts, "chat", operation)
    return Answering(match, Generator(match.contract))


def test_a_document(tmp_path: Path) -> None:
    answer = answering(tmp_path, "talk").answer(PlainSource(), streamed=False)
    assert (answer.provider, answer.operation, answer.status, answer.events) == ("chat", "talk", 200, None)
    assert answer.headers == (("content-type", "application/json"),)
    assert answer.body == b'{"text":"text"}'
    assert answer.reply.framing is None


@pytest.mark.parametrize(
    ("framing", "media", "pieces"),
    [
        (None, "text/event-stream", (b'data: {"type":"word","text":"text"}\n\n', b'data: {"type":"end"}\n\n')),
        ("json-array", "application/json", (b'[{"type":"word","text":"text"}', b',{"type":"end"}]')),
    ],
)
def test_a_stream(tmp_path: Path, framing: str | None, media: str, pieces: tuple[bytes, ...]) -> None:
    answer = answering(tmp_path, "talk").answer(PlainSource(), streamed=True, framing=framing)
    assert answer.events == (("word", {"type": "word", "text": "text"}), ("end", {"type": "end"}))
    assert answer.headers == (("content-type", media),)
    assert answer.pieces == pieces
    assert answer.reply.framing == (framing or "sse")


def test_what_only_streams_has_no_document(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="no response but a stream"):
        answering(tmp_path, "listen").answer(PlainSource(), streamed=False)
