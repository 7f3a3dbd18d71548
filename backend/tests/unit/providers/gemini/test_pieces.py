from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from backend.errors import UpstreamError
from backend.llm.protocol import JsonObject, Usage
from backend.providers.gemini.pieces import Part, UsageMetadata, read_piece

if TYPE_CHECKING:
    from pydantic import JsonValue


def piece(**changed: JsonValue) -> bytes:
    whole: JsonObject = {"candidates": [{"content": {"parts": [{"text": "Ebb"}]}}], "modelVersion": "gemini-2.5-flash"}
    return json.dumps(whole | changed).encode()


def test_a_piece_is_read() -> None:
    read = read_piece(piece())
    assert read.model_version == "gemini-2.5-flash"
    assert read.candidate.parts == (Part(text="Ebb"),)
    assert read.candidate.finish_reason is None
    assert read.usage_metadata is None
    assert not read.blocked


@pytest.mark.parametrize(
    "candidates", [None, [], [{}], [{"content": None}], [{"content": {}}], [{"content": {"parts": None}}]]
)
def test_a_model_may_have_said_nothing(candidates: JsonValue) -> None:
    assert read_piece(piece(candidates=candidates)).candidate.parts == ()


def test_further_candidates_are_passed_over() -> None:
    both: list[JsonValue] = [{"content": {"parts": [{"text": text}]}} for text in ("Ebb", "Flow")]
    assert read_piece(piece(candidates=both)).candidate.parts == (Part(text="Ebb"),)


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("STOP", "STOP"),
        ("A_REASON_YET_TO_COME", "A_REASON_YET_TO_COME"),
        (0, "FINISH_REASON_UNSPECIFIED"),
        (1, "STOP"),
        (2, "MAX_TOKENS"),
        (5, "OTHER"),
        (6, "OTHER"),
        (99, "OTHER"),
        (-1, "OTHER"),
    ],
)
def test_a_reason_may_come_as_a_number(reason: JsonValue, name: str) -> None:
    assert read_piece(piece(candidates=[{"finishReason": reason}])).candidate.finish_reason == name


@pytest.mark.parametrize(
    ("feedback", "blocked"),
    [
        (None, False),
        ({}, False),
        ({"safetyRatings": []}, False),
        ({"blockReason": None}, False),
        ({"blockReason": "SAFETY"}, True),
        ({"blockReason": 1}, True),
    ],
)
def test_a_prompt_may_be_refused(feedback: JsonValue, blocked: bool) -> None:
    assert read_piece(piece(promptFeedback=feedback)).blocked is blocked


@pytest.mark.parametrize(
    ("part", "runs_code", "recounts"),
    [
        ({"text": "Ebb"}, False, False),
        ({"executableCode": {"code": "1"}}, True, True),
        ({"codeExecutionResult": {"outcome": "OUTCOME_OK"}}, False, True),
        ({"toolCall": {"id": "1"}}, False, True),
        ({"toolResponse": {"id": "1"}}, False, True),
    ],
)
def test_the_provider_may_use_tools_of_its_own(part: JsonObject, runs_code: bool, recounts: bool) -> None:
    read = read_piece(piece(candidates=[{"content": {"parts": [part]}}]))
    assert read.candidate.parts[0].runs_code is runs_code
    assert read.candidate.parts[0].recounts is recounts


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        ({}, Usage()),
        ({"promptTokenCount": 3}, Usage(input_tokens=3)),
        ({"candidatesTokenCount": 4, "totalTokenCount": 9}, Usage(output_tokens=4)),
        (
            {"promptTokenCount": 3, "candidatesTokenCount": 4, "thoughtsTokenCount": 50},
            Usage(input_tokens=3, output_tokens=54),
        ),
    ],
)
def test_usage(counts: JsonObject, usage: Usage) -> None:
    assert UsageMetadata.model_validate(counts).usage() == usage


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"[]", "the top"),
        (b"{}", "/modelVersion"),
        (piece(modelVersion=None), "/modelVersion"),
        (piece(candidates={}), "/candidates"),
        (piece(candidates=["secret"]), "/candidates/0"),
        (piece(candidates=[{"finishReason": True}]), "/candidates/0/finishReason"),
        (piece(candidates=[{"content": "secret"}]), "/candidates/0/content"),
        (piece(candidates=[{"content": {"parts": {}}}]), "/candidates/0/content/parts"),
        (piece(candidates=[{"content": {"parts": [{"text": 1}]}}]), "/candidates/0/content/parts/0/text"),
        (piece(candidates=[{"content": {"parts": [{"thought": "true"}]}}]), "/candidates/0/content/parts/0/thought"),
        (
            piece(candidates=[{"content": {"parts": [{"functionCall": {"args": {}}}]}}]),
            "/candidates/0/content/parts/0/functionCall/name",
        ),
        (
            piece(candidates=[{"content": {"parts": [{"functionCall": {"name": "f", "args": "secret"}}]}}]),
            "/candidates/0/content/parts/0/functionCall/args",
        ),
        (piece(promptFeedback="secret"), "/promptFeedback"),
        (piece(usageMetadata={"promptTokenCount": 1.5}), "/usageMetadata/promptTokenCount"),
        (piece(usageMetadata={"candidatesTokenCount": -1}), "/usageMetadata/candidatesTokenCount"),
        (piece(error="secret"), "/error"),
        (piece(error={"code": 500}), "/error/message"),
    ],
)
def test_another_shape_is_refused_by_its_pointer(body: bytes, pointer: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        read_piece(body)
    assert caught.value.detail.startswith(f"Gemini sent JSON of another shape than expected: at {pointer}: ")
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize(
    ("error", "detail", "transient", "blames_host"),
    [
        ({"code": 503, "status": "UNAVAILABLE", "message": "Busy."}, "UNAVAILABLE: Busy.", True, True),
        ({"code": 429, "message": "Slower."}, "Slower.", True, False),
        ({"code": 400, "status": "INVALID_ARGUMENT", "message": "No."}, "INVALID_ARGUMENT: No.", False, False),
        ({"message": "Oh\nno."}, "Oh no.", True, True),
    ],
)
def test_a_failure_has_the_words_of_the_provider(
    error: JsonObject, detail: str, transient: bool, blames_host: bool
) -> None:
    with pytest.raises(UpstreamError) as caught:
        read_piece(json.dumps({"error": error}))
    assert caught.value.detail == f"Gemini broke its answer off: {detail}"
    assert (caught.value.transient, caught.value.blames_host) == (transient, blames_host)
