from __future__ import annotations

import json

import pytest

from backend.errors import UpstreamError
from backend.llm.protocol import JsonObject
from backend.llm.reading import Shape, read
from backend.providers.anthropic.answers import OtherBlock, TextBlock, TokenCounts
from backend.providers.anthropic.events import (
    BlockDelta,
    BlockStart,
    Failure,
    InputDelta,
    MessageDelta,
    MessageStart,
    OtherDelta,
    TextDelta,
)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"type": "text", "text": "Ebb"}, TextBlock(type="text", text="Ebb")),
        ({"type": "thinking", "thinking": ""}, OtherBlock(type="thinking")),
        ({"type": "a_kind_yet_to_come"}, OtherBlock(type="a_kind_yet_to_come")),
    ],
)
def test_blocks(block: JsonObject, expected: Shape) -> None:
    document = {"type": "content_block_start", "index": 0, "content_block": block}
    assert read(BlockStart, json.dumps(document), "Anthropic").content_block == expected


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ({"type": "text_delta", "text": "Ebb"}, TextDelta(type="text_delta", text="Ebb")),
        ({"type": "input_json_delta", "partial_json": "{"}, InputDelta(type="input_json_delta", partial_json="{")),
        ({"type": "thinking_delta", "thinking": "Hm."}, OtherDelta(type="thinking_delta")),
        ({"type": "a_kind_yet_to_come", "text": 1}, OtherDelta(type="a_kind_yet_to_come")),
    ],
)
def test_deltas(delta: JsonObject, expected: Shape) -> None:
    assert read(BlockDelta, json.dumps({"index": 0, "delta": delta}), "Anthropic").delta == expected


def test_usage_may_be_left_out() -> None:
    assert read(MessageStart, '{"message": {"model": "m"}}', "Anthropic").message.usage == TokenCounts()
    assert read(MessageDelta, '{"delta": {}}', "Anthropic").usage == TokenCounts()


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("overloaded_error", False),
        ("api_error", False),
        ("rate_limit_error", False),
        ("an_error_yet_to_come", False),
        ("invalid_request_error", True),
        ("permission_error", True),
    ],
)
def test_trying_again_helps_against_some_failures(kind: str, ours: bool) -> None:
    document = {"type": "error", "error": {"type": kind, "message": "Oh\nno."}}
    problem = read(Failure, json.dumps(document), "Anthropic").problem()
    assert problem.detail == f"Anthropic broke its stream off: {kind}: Oh no."
    assert (problem.transient, problem.blames_host) == (not ours, not ours)


@pytest.mark.parametrize("error", [None, "Overloaded", {"type": "api_error"}, {"message": "Oh no."}])
def test_a_failure_says_what_it_is(error: object) -> None:
    with pytest.raises(UpstreamError, match=": at /error"):
        read(Failure, json.dumps({"type": "error", "error": error}), "Anthropic")
