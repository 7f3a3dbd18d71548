from __future__ import annotations

import pytest

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.chat_completions.shapes import (
    ChunkShape,
    CompletionShape,
    Content,
    UsageShape,
    conclude,
    hide_secrets,
    own_words,
    read_or_fail,
)
from backend.llm.protocol import FinishReason, ToolCall, Usage

CALL = ToolCall(id="call_1", name="tide_at", arguments="{}")


def content(reason: str | None = "stop", *, refused: bool = False, calls: tuple[ToolCall, ...] = ()) -> Content:
    return Content(text="calm", refused=refused, reason=reason, model="m", usage=None, calls=calls)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (content("stop"), FinishReason.STOP),
        (content("length"), FinishReason.LENGTH),
        (content("max_tokens"), FinishReason.LENGTH),
        (content("content_filter"), FinishReason.CONTENT_FILTER),
        (content("tool_calls", calls=(CALL,)), FinishReason.TOOL_CALLS),
        (content("stop", calls=(CALL,)), FinishReason.TOOL_CALLS),
        (content("length", calls=(CALL,)), FinishReason.LENGTH),
        (content("stop", refused=True), FinishReason.CONTENT_FILTER),
        (content("length", refused=True), FinishReason.CONTENT_FILTER),
        (content("function_call"), FinishReason.OTHER),
        (content("tired"), FinishReason.OTHER),
    ],
)
def test_reasons_to_stop_are_put_into_our_words(given: Content, expected: FinishReason) -> None:
    assert conclude(given, "Acme", ()).finish_reason is expected


@pytest.mark.parametrize("reason", [None, "", "tired"])
def test_an_answer_is_not_whole_without_a_reason_or_with_one_of_some(reason: str | None) -> None:
    with pytest.raises(BrokenOffError) as caught:
        conclude(content(reason), "Acme", {"tired"})
    assert caught.value.partial == "calm"


def test_who_wants_tools_to_be_called_names_them() -> None:
    with pytest.raises(UpstreamError, match="names none"):
        conclude(content("tool_calls"), "Acme", ())


def test_usage_that_is_not_told_is_0() -> None:
    assert UsageShape().value() == Usage(input_tokens=0, output_tokens=0)
    assert UsageShape(prompt_tokens=7).value() == Usage(input_tokens=7)


@pytest.mark.parametrize("shape", [CompletionShape, ChunkShape])
def test_an_error_is_neither_answer_nor_chunk(shape: type[CompletionShape] | type[ChunkShape]) -> None:
    data = b'{"id": "1", "model": "m", "choices": [], "error": {"message": "Full.", "type": 5}}'
    with pytest.raises(UpstreamError, match=r"^Acme failed: Full\.$"):
        read_or_fail(shape, data, "Acme")


def test_an_error_without_words_is_an_error_all_the_same() -> None:
    with pytest.raises(UpstreamError, match=r"^Acme failed: it does not say why$"):
        read_or_fail(ChunkShape, b'{"error": {"message": " ", "type": "server_error"}}', "Acme")


def test_a_null_error_is_none() -> None:
    chunk = read_or_fail(ChunkShape, b'{"id": "1", "model": "m", "choices": [], "error": null}', "Acme")
    assert chunk.choices == ()


def test_secrets_in_words_are_hidden() -> None:
    assert own_words(b'{"error": {"message": "Not sk-0123456789abcdef01."}}') == "Not [hidden]."
    assert hide_secrets("A task-oriented user-friendly answer of 2 * 3 ** 4.") == (
        "A task-oriented user-friendly answer of 2 * 3 ** 4."
    )
