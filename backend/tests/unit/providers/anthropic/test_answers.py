from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.protocol import Answer, FinishReason, JsonObject, ToolCall, Usage
from backend.providers.anthropic.answers import answer, finish_reason
from backend.tests.unit.providers.tapes import requests_and_answers

if TYPE_CHECKING:
    from pydantic import JsonValue

MODEL = "claude-haiku-4-5-20251001"


def message(content: list[JsonValue], /, **changed: JsonValue) -> bytes:
    whole: JsonObject = {
        "type": "message",
        "model": MODEL,
        "content": content,
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 3, "output_tokens": 4},
    }
    return json.dumps(whole | changed).encode()


def text(words: JsonValue) -> JsonValue:
    return {"type": "text", "text": words}


def tool_use(**changed: JsonValue) -> JsonObject:
    whole: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "tide_at", "input": {"port": "Harwich"}}
    return whole | changed


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "plain",
            Answer(
                message="calm clear morning",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=16, output_tokens=6),
            ),
        ),
        (
            "thinking",
            Answer(
                message="12",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=45, output_tokens=30),
            ),
        ),
        (
            "tool-call",
            Answer(
                message="",
                model=MODEL,
                finish_reason=FinishReason.TOOL_CALLS,
                usage=Usage(input_tokens=560, output_tokens=38),
                tool_calls=(ToolCall(id="toolu_sandbox0001", name="tide_at", arguments='{"port":"Harwich"}'),),
            ),
        ),
    ],
)
def test_answers_on_the_cassettes(scenario: str, expected: Answer) -> None:
    assert answer(requests_and_answers("anthropic", "messages", scenario).body) == expected


def test_blocks_of_text_are_joined_and_others_are_no_part_of_the_message() -> None:
    content: list[JsonValue] = [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2lnbg=="},
        text("Ebb"),
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "tide"}},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
        {"type": "a_kind_yet_to_come", "text": 1},
        text(" and flow."),
    ]
    assert answer(message(content)).message == "Ebb and flow."
    assert answer(message(content)).tool_calls == ()


def test_what_the_cache_holds_is_input() -> None:
    usage: JsonValue = {
        "input_tokens": 3,
        "cache_creation_input_tokens": 50,
        "cache_read_input_tokens": 700,
        "output_tokens": 4,
    }
    assert answer(message([], usage=usage)).usage == Usage(input_tokens=753, output_tokens=4)


def test_tokens_that_are_not_told_are_0() -> None:
    assert answer(message([], usage={"cache_read_input_tokens": None})).usage == Usage()


@pytest.mark.parametrize(
    ("stop_reason", "expected"),
    [
        ("end_turn", FinishReason.STOP),
        ("stop_sequence", FinishReason.STOP),
        ("max_tokens", FinishReason.LENGTH),
        ("model_context_window_exceeded", FinishReason.LENGTH),
        ("tool_use", FinishReason.TOOL_CALLS),
        ("refusal", FinishReason.CONTENT_FILTER),
        ("pause_turn", FinishReason.OTHER),
        ("compaction", FinishReason.OTHER),
        ("a reason yet to come", FinishReason.OTHER),
    ],
)
def test_reasons_to_stop(stop_reason: str, expected: FinishReason) -> None:
    assert finish_reason(stop_reason) is expected
    assert answer(message([text("Well")], stop_reason=stop_reason)).finish_reason is expected


def test_an_answer_that_has_not_stopped_is_not_whole() -> None:
    with pytest.raises(BrokenOffError, match="/stop_reason") as caught:
        answer(message([text("High tide is"), text(" at")], stop_reason=None))
    assert caught.value.partial == "High tide is at"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (message([], type="error"), "/type"),
        (message([], model=None), "/model"),
        (message([], content=None), "/content"),
        (message([], stop_reason=1), "/stop_reason"),
        (message([], usage=None), "/usage"),
        (message([], usage={"input_tokens": -1}), "/usage/input_tokens"),
        (message([], usage={"output_tokens": "4"}), "/usage/output_tokens"),
        (message([text("Well"), "secret"]), "/content/1"),
        (message([{}]), "/content/0/type"),
        (message([{"type": ["text"]}]), "/content/0/type"),
        (message([text(None)]), "/content/0/text"),
        (message([tool_use(id=None)]), "/content/0/id"),
        (message([tool_use(name=7)]), "/content/0/name"),
        (message([tool_use(input="secret")]), "/content/0/input"),
    ],
)
def test_another_shape_is_refused_by_its_pointer(body: bytes, pointer: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        answer(body)
    assert caught.value.detail.startswith(f"Anthropic sent JSON of another shape than expected: at {pointer}: ")
    assert "secret" not in caught.value.detail


def test_a_number_that_cannot_be_repeated_is_refused() -> None:
    with pytest.raises(UpstreamError, match="Anthropic sent a number"):
        answer(message([tool_use(input={"height": 0})]).replace(b'"height": 0', b'"height": 1e999'))
