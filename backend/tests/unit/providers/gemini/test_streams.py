from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.protocol import Answer, FinishReason, JsonObject, ToolCall, Usage
from backend.providers.gemini.streams import PieceReader
from backend.tests.unit.providers.streaming import event, in_chunks, read_stream, sse
from backend.tests.unit.providers.tapes import decode, requests_and_answers

if TYPE_CHECKING:
    from pydantic import JsonValue

MODEL = "gemini-2.5-flash"


def piece(*parts: JsonValue, reason: str | None = None, count: int | None = None, **others: JsonValue) -> JsonObject:
    candidate: JsonObject = {"content": {"role": "model", "parts": list(parts)}}
    if reason is not None:
        candidate["finishReason"] = reason
    usage: JsonObject = {"promptTokenCount": 5}
    if count is not None:
        usage["candidatesTokenCount"] = count
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": MODEL, **others}


def text(words: str) -> JsonValue:
    return {"text": words}


CODE: JsonValue = {"executableCode": {"language": "PYTHON", "code": "print(1)"}}
RESULT: JsonValue = {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}}
CALL: JsonValue = {"functionCall": {"name": "tide_at", "args": {"port": "Hull"}}}
SILENT: JsonObject = {"usageMetadata": {"promptTokenCount": 5}, "modelVersion": MODEL}


def thought(words: str) -> JsonValue:
    return {"text": words, "thought": True}


PARTS: st.SearchStrategy[JsonValue] = st.one_of(
    st.text(max_size=5).map(text), st.text(max_size=5).map(thought), st.just(CALL)
)


@st.composite
def streams(draw: st.DrawFn) -> list[JsonObject]:
    """Return the pieces of a stream, the last of which ends it."""
    all_parts = draw(st.lists(st.lists(PARTS, max_size=3), min_size=1, max_size=6))
    last = len(all_parts) - 1
    reason = draw(st.sampled_from(["STOP", "MAX_TOKENS", "SAFETY"]))
    return [
        piece(*parts, reason=reason if place == last else None, count=place or None)
        for place, parts in enumerate(all_parts)
    ]


def read_all(documents: list[JsonObject]) -> Answer:
    return read_stream(PieceReader(), [event(document) for document in documents])


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "streamed",
            Answer(
                message="one, two, three, four, five",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=13, output_tokens=9),
            ),
        ),
        (
            "streamed-thinking",
            Answer(
                message="12",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=14, output_tokens=23),
            ),
        ),
        (
            "streamed-tool-call",
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
def test_streams_on_the_cassettes(scenario: str, expected: Answer) -> None:
    body = requests_and_answers("gemini", "streamGenerateContent", scenario).body
    assert read_stream(PieceReader(), decode(body)) == expected


@given(documents=streams(), data=st.data())
def test_a_stream_that_ends_before_its_end_broke_off(documents: list[JsonObject], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(documents) - 1))
    reader = PieceReader()
    pieces = "".join(piece for document in documents[:count] for piece in reader.feed(event(document)))
    with pytest.raises(BrokenOffError, match="finishReason") as caught:
        reader.close()
    assert caught.value.partial == pieces
    assert read_all(documents).message.startswith(pieces)


@given(documents=streams(), data=st.data())
def test_bytes_may_come_in_any_chunks(documents: list[JsonObject], data: st.DataObject) -> None:
    body = sse(documents)
    cuts = data.draw(st.sets(st.integers(1, len(body)), max_size=20))
    assert read_stream(PieceReader(), in_chunks(body, cuts)) == read_all(documents)


@given(documents=streams(), data=st.data())
def test_a_stream_cut_at_any_byte_is_never_whole(documents: list[JsonObject], data: st.DataObject) -> None:
    body = sse(documents)
    reader = PieceReader()
    for one in decode(body[: data.draw(st.integers(0, len(body) - 1))]):
        reader.feed(one)
    with pytest.raises(BrokenOffError) as caught:
        reader.close()
    assert read_all(documents).message.startswith(caught.value.partial)


def test_pieces_that_change_places_are_noticed() -> None:
    first, second, *others = decode(requests_and_answers("gemini", "streamGenerateContent", "streamed").body)
    with pytest.raises(UpstreamError, match="candidatesTokenCount fell from 6 to 3"):
        read_stream(PieceReader(), [second, first, *others])


@pytest.mark.parametrize(
    "behind", [piece(text("!")), piece(CALL), piece(text("!"), reason="STOP"), piece({"text": "", "thought": True})]
)
@pytest.mark.parametrize("end", [piece(reason="STOP"), SILENT | {"promptFeedback": {"blockReason": "SAFETY"}}])
def test_nothing_may_be_said_behind_the_end(end: JsonObject, behind: JsonObject) -> None:
    with pytest.raises(UpstreamError, match="more came behind its finishReason"):
        read_all([end, behind])


@pytest.mark.parametrize(
    "behind",
    [
        SILENT | {"usageMetadata": {"promptTokenCount": 7}},
        piece() | {"usageMetadata": {"promptTokenCount": 7}},
        piece(reason="STOP") | {"usageMetadata": {"promptTokenCount": 7}},
    ],
)
def test_tokens_may_be_told_behind_the_end(behind: JsonObject) -> None:
    answer = read_all([piece(text("Ebb"), reason="STOP"), behind])
    assert (answer.message, answer.finish_reason) == ("Ebb", FinishReason.STOP)
    assert answer.usage == Usage(input_tokens=7)


def test_pieces_without_candidates_say_nothing() -> None:
    assert read_all([SILENT, piece(text("Ebb"), reason="STOP")]).message == "Ebb"


def test_the_model_may_go_on_when_its_code_has_run() -> None:
    documents = [
        piece(CODE, reason="STOP", count=30),
        piece(RESULT, count=9),
        piece(text("It is"), count=4),
        piece(text(" 1."), reason="STOP", count=8),
    ]
    assert read_all(documents).message == "It is 1."
    with pytest.raises(BrokenOffError) as caught:
        read_all(documents[:1])
    assert caught.value.partial == ""


def test_the_model_may_have_reached_its_limit_within_code() -> None:
    assert read_all([piece(CODE, reason="MAX_TOKENS")]).finish_reason is FinishReason.LENGTH


def test_a_prompt_that_is_refused_has_an_empty_answer() -> None:
    answer = read_all([SILENT | {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}])
    assert answer == Answer(
        message="", model=MODEL, finish_reason=FinishReason.CONTENT_FILTER, usage=Usage(input_tokens=5)
    )


def test_a_failure_within_a_stream_has_the_words_of_the_provider() -> None:
    reader = PieceReader()
    assert tuple(reader.feed(event(piece(text("Ebb"))))) == ("Ebb",)
    with pytest.raises(UpstreamError, match=r"broke its answer off: UNAVAILABLE: Busy\.") as caught:
        reader.feed(event({"error": {"code": 503, "message": "Busy.", "status": "UNAVAILABLE"}}))
    assert not isinstance(caught.value, BrokenOffError)
    assert reader.text == "Ebb"


def test_an_event_that_is_not_complete_has_not_arrived() -> None:
    reader = PieceReader()
    assert reader.feed(event(piece(text("Ebb"), reason="STOP"), complete=False)) == ()
    with pytest.raises(BrokenOffError) as caught:
        reader.close()
    assert caught.value.partial == ""


def test_an_event_that_is_no_json_is_refused() -> None:
    (done,) = decode(b"data: [DONE]\n\n")
    with pytest.raises(UpstreamError, match="Gemini sent what is not JSON"):
        PieceReader().feed(done)
