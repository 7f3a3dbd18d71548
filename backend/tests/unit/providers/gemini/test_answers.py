from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.protocol import Answer, FinishReason, JsonObject, ToolCall, Usage
from backend.providers.gemini.answers import Gathering, answer
from backend.providers.gemini.pieces import read_piece
from backend.tests.unit.providers.tapes import requests_and_answers

if TYPE_CHECKING:
    from pydantic import JsonValue

MODEL = "gemini-2.5-flash"


def whole(parts: list[JsonValue], reason: JsonValue = "STOP", **changed: JsonValue) -> bytes:
    candidate: JsonObject = {"content": {"role": "model", "parts": parts}, "finishReason": reason}
    document: JsonObject = {"candidates": [candidate], "modelVersion": MODEL}
    return json.dumps(document | changed).encode()


def calling(name: str, **others: JsonValue) -> JsonValue:
    return {"functionCall": {"name": name, **others}}


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "plain",
            Answer(
                message="calm clear morning",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=9, output_tokens=3),
            ),
        ),
        (
            "thinking",
            Answer(
                message="12",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=14, output_tokens=23),
            ),
        ),
        (
            "tool-call",
            Answer(
                message="",
                model=MODEL,
                finish_reason=FinishReason.TOOL_CALLS,
                usage=Usage(input_tokens=54, output_tokens=15),
                tool_calls=(ToolCall(id="call_0", name="tide_at", arguments='{"port":"Harwich"}'),),
            ),
        ),
    ],
)
def test_answers_on_the_cassettes(scenario: str, expected: Answer) -> None:
    assert answer(requests_and_answers("gemini", "generateContent", scenario).body) == expected


def test_texts_are_joined_and_thoughts_are_no_part_of_the_message() -> None:
    parts: list[JsonValue] = [
        {"text": "Hm.", "thought": True},
        {"text": "Ebb"},
        {"executableCode": {"language": "PYTHON", "code": "1"}},
        {"aPartYetToCome": {"text": "?"}},
        {"text": " and flow.", "thoughtSignature": "c2lnbg=="},
    ]
    assert answer(whole(parts)).message == "Ebb and flow."


def test_calls_without_an_id_are_numbered() -> None:
    parts = [calling("a"), calling("b", id="given", args=None), calling("c", args={"port": "Århus"})]
    assert answer(whole(parts)).tool_calls == (
        ToolCall(id="call_0", name="a", arguments="{}"),
        ToolCall(id="given", name="b", arguments="{}"),
        ToolCall(id="call_2", name="c", arguments='{"port":"Århus"}'),
    )


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("STOP", FinishReason.STOP),
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("SAFETY", FinishReason.CONTENT_FILTER),
        ("RECITATION", FinishReason.CONTENT_FILTER),
        ("BLOCKLIST", FinishReason.CONTENT_FILTER),
        ("PROHIBITED_CONTENT", FinishReason.CONTENT_FILTER),
        ("SPII", FinishReason.CONTENT_FILTER),
        ("IMAGE_SAFETY", FinishReason.CONTENT_FILTER),
        ("LANGUAGE", FinishReason.OTHER),
        ("OTHER", FinishReason.OTHER),
        ("MALFORMED_FUNCTION_CALL", FinishReason.OTHER),
        ("A_REASON_YET_TO_COME", FinishReason.OTHER),
        (1, FinishReason.STOP),
        (2, FinishReason.LENGTH),
    ],
)
def test_reasons_to_stop(reason: JsonValue, expected: FinishReason) -> None:
    assert answer(whole([{"text": "Well"}], reason)).finish_reason is expected


def test_only_a_model_that_stopped_by_itself_wants_its_calls_made() -> None:
    assert answer(whole([calling("a")])).finish_reason is FinishReason.TOOL_CALLS
    assert answer(whole([calling("a")], "MAX_TOKENS")).finish_reason is FinishReason.LENGTH


def test_a_model_that_was_stopped_may_have_said_nothing() -> None:
    body = whole([], candidates=[{"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "Malformed: print("}])
    assert answer(body) == Answer(message="", model=MODEL, finish_reason=FinishReason.OTHER)


def test_a_prompt_that_is_refused_has_an_empty_answer() -> None:
    body = whole([], candidates=None, promptFeedback={"blockReason": "SAFETY"}, usageMetadata={"promptTokenCount": 4})
    assert answer(body) == Answer(
        message="", model=MODEL, finish_reason=FinishReason.CONTENT_FILTER, usage=Usage(input_tokens=4)
    )


@pytest.mark.parametrize("candidates", [None, []])
def test_an_answer_without_candidates_and_without_a_reason_is_refused(candidates: JsonValue) -> None:
    with pytest.raises(UpstreamError, match="neither /candidates/0 nor /promptFeedback/blockReason") as caught:
        answer(whole([], candidates=candidates))
    assert not isinstance(caught.value, BrokenOffError)


def test_an_answer_that_has_not_stopped_is_not_whole() -> None:
    with pytest.raises(BrokenOffError, match="finishReason") as caught:
        answer(whole([{"text": "High tide is"}, {"text": " at"}], None))
    assert caught.value.partial == "High tide is at"


def test_a_failure_in_place_of_an_answer_has_the_words_of_the_provider() -> None:
    with pytest.raises(UpstreamError, match=r"INTERNAL: Oh no\."):
        answer(b'{"error": {"code": 500, "message": "Oh no.", "status": "INTERNAL"}}')


def test_a_number_that_cannot_be_repeated_is_refused() -> None:
    with pytest.raises(UpstreamError, match="Gemini sent a number"):
        answer(whole([calling("a", args={"height": 0})]).replace(b'"height": 0', b'"height": 1e999'))


def test_pieces_are_put_together_in_order() -> None:
    gathering = Gathering()
    first = read_piece(whole([{"text": "Ebb"}, calling("a")], None, usageMetadata={"candidatesTokenCount": 1}))
    last = read_piece(whole([calling("b")], usageMetadata={"candidatesTokenCount": 2}, modelVersion="another"))
    assert gathering.add(first) == ("Ebb",)
    assert (gathering.text, gathering.finish_reason) == ("Ebb", None)
    assert gathering.add(last) == ()
    assert gathering.answer() == Answer(
        message="Ebb",
        model=MODEL,
        finish_reason=FinishReason.TOOL_CALLS,
        usage=Usage(output_tokens=2),
        tool_calls=(
            ToolCall(id="call_0", name="a", arguments="{}"),
            ToolCall(id="call_1", name="b", arguments="{}"),
        ),
    )
