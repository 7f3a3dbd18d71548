from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.chat_completions.stream import ChatCompletionsReader
from backend.llm.protocol import Answer, FinishReason, JsonObject, ToolCall, Usage
from backend.tests.unit.providers.streaming import in_chunks, read_stream
from tapecheck import SSEEvent

if TYPE_CHECKING:
    from pydantic import JsonValue


def event(data: str, *, complete: bool = True) -> SSEEvent:
    return SSEEvent(None, data, None, None, 0, complete)


def chunk(delta: JsonObject | None = None, reason: str | None = None, **changed: JsonValue) -> JsonObject:
    choice: JsonObject = {"index": 0, "delta": delta or {}, "finish_reason": reason}
    return {"id": "1", "model": "m", "choices": [choice], **changed}


def fragment(index: int, arguments: str, **head: JsonValue) -> JsonObject:
    """Return a chunk with a piece of a tool call; `head` is its id and name."""
    piece: JsonObject = {"index": index, "function": {"arguments": arguments}}
    if head:
        piece |= {"id": head["id"], "type": "function", "function": {"name": head["name"], "arguments": arguments}}
    return chunk({"tool_calls": [piece]})


START = chunk({"role": "assistant", "content": ""})
CALM = chunk({"content": "calm"})
STOP = chunk(reason="stop")
HEAD = fragment(0, "", id="call_1", name="tide_at")
USAGE: JsonObject = {"id": "1", "model": "m", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
DONE = event("[DONE]")


def events(*chunks: JsonObject) -> list[SSEEvent]:
    return [event(json.dumps(each)) for each in chunks]


def read(*chunks: JsonObject) -> Answer:
    return read_stream(ChatCompletionsReader("Acme", {"out_of_steam"}), [*events(*chunks), DONE])


def test_text_is_joined() -> None:
    answer = read(START, CALM, chunk({"content": " clear"}), STOP, USAGE)
    assert answer == Answer(
        message="calm clear",
        model="m",
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=3, output_tokens=1),
    )


def test_the_chunk_with_the_reason_may_have_text_and_usage() -> None:
    answer = read(chunk({"content": "calm"}, "length", usage={"completion_tokens": 9}))
    assert (answer.message, answer.finish_reason, answer.usage.output_tokens) == ("calm", FinishReason.LENGTH, 9)


def test_a_refusal_is_the_message() -> None:
    answer = read(START, chunk({"refusal": "I would "}), chunk({"refusal": "rather not."}), STOP)
    assert (answer.message, answer.finish_reason) == ("I would rather not.", FinishReason.CONTENT_FILTER)


def test_null_says_nothing() -> None:
    answer = read(START, chunk({"content": None, "refusal": None, "tool_calls": None}, usage=None), CALM, STOP)
    assert answer.message == "calm"


def test_reasoning_is_no_part_of_the_message() -> None:
    assert read(START, chunk({"content": None, "reasoning_content": "Hm."}), CALM, STOP).message == "calm"


def test_of_several_choices_the_first_is_read() -> None:
    second: JsonObject = {"index": 1, "delta": {"content": "rough"}, "finish_reason": "length"}
    both = [second, *(CALM["choices"] if isinstance(CALM["choices"], list) else [])]
    answer = read(CALM | {"choices": both}, STOP, CALM | {"choices": [second]})
    assert (answer.message, answer.finish_reason) == ("calm", FinishReason.STOP)


def test_tool_calls_are_put_together_by_index() -> None:
    custom: JsonObject = {"index": 1, "id": "call_2", "type": "custom", "custom": {"name": "run", "input": "1"}}
    more: JsonObject = {"index": 1, "custom": {"input": " + 1"}}
    answer = read(
        HEAD,
        fragment(0, '{"port":'),
        chunk({"tool_calls": [custom]}),
        fragment(0, '"Harwich"}'),
        chunk({"tool_calls": [more, {"index": 1}]}),
        chunk(reason="tool_calls"),
    )
    assert answer.finish_reason is FinishReason.TOOL_CALLS
    assert answer.tool_calls == (
        ToolCall(id="call_1", name="tide_at", arguments='{"port":"Harwich"}'),
        ToolCall(id="call_2", name="run", arguments="1 + 1"),
    )


def test_an_empty_id_says_nothing() -> None:
    prompt: JsonObject = {"id": "", "model": "", "choices": []}
    assert read(prompt, CALM, STOP).model == "m"


def test_what_comes_behind_the_end_is_passed_over() -> None:
    stream = [*events(CALM, STOP), DONE, DONE, event("{"), *events(CALM)]
    assert read_stream(ChatCompletionsReader("Acme"), stream).message == "calm"


@pytest.mark.parametrize("reason", ["out_of_steam", None])
def test_a_stream_that_ends_without_a_good_reason_broke_off(reason: str | None) -> None:
    with pytest.raises(BrokenOffError, match="Acme's answer broke off") as caught:
        read(CALM, chunk(reason=reason))
    assert caught.value.partial == "calm"


@pytest.mark.parametrize("last", [[], [event("[DONE]", complete=False)], [event('{"id": "1', complete=False)]])
def test_a_stream_without_its_last_event_broke_off(last: list[SSEEvent]) -> None:
    with pytest.raises(BrokenOffError, match="broke off") as caught:
        read_stream(ChatCompletionsReader("Acme"), [*events(CALM, STOP), *last])
    assert caught.value.partial == "calm"


def test_an_error_in_the_middle_is_told_in_the_providers_words() -> None:
    reader = ChatCompletionsReader("Acme")
    reader.feed(*events(CALM))
    with pytest.raises(UpstreamError, match=r"^Acme failed: Out of order\.$"):
        reader.feed(*events({"error": {"message": "Out of order.", "type": "server_error"}}))
    assert reader.text == "calm"


@pytest.mark.parametrize(
    ("chunks", "told"),
    [
        ([CALM, CALM | {"id": "2"}], "another id"),
        ([CALM, STOP, CALM], "behind its finish_reason"),
        ([CALM, STOP, STOP], "behind its finish_reason"),
        ([HEAD, chunk(reason="tool_calls"), fragment(0, "{}")], "behind its finish_reason"),
        ([STOP, chunk({"refusal": "No."})], "behind its finish_reason"),
        ([fragment(0, "{}")], "a piece of tool call 0 before its id and name"),
        ([HEAD, fragment(1, "{}")], "a piece of tool call 1 before its id and name"),
        ([fragment(1, "", id="call_2", name="run")], "tool call 1 before tool call 0"),
        ([HEAD, HEAD], "the beginning of tool call 0 a second time"),
    ],
)
def test_a_stream_out_of_order_is_refused(chunks: list[JsonObject], told: str) -> None:
    reader = ChatCompletionsReader("Acme")
    *good, bad = events(*chunks)
    for each in good:
        reader.feed(each)
    with pytest.raises(UpstreamError, match="out of order") as caught:
        reader.feed(bad)
    assert told in caught.value.detail


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "not JSON"),
        ("DONE", "not JSON"),
        ("[]", "at the top"),
        (json.dumps({"id": "1", "model": "m"}), "at /choices: Field required"),
        (json.dumps(chunk({"content": 1})), "at /choices/0/delta/content: "),
        (json.dumps(fragment(-1, "")), "at /choices/0/delta/tool_calls/0/index: "),
        (json.dumps(chunk(usage=[])), "at /usage: "),
    ],
)
def test_what_is_no_chunk_is_refused(data: str, told: str) -> None:
    with pytest.raises(UpstreamError, match="Acme sent") as caught:
        ChatCompletionsReader("Acme").feed(event(data))
    assert told in caught.value.detail


def test_a_stream_that_was_refused_once_is_never_whole() -> None:
    reader = ChatCompletionsReader("Acme")
    with pytest.raises(UpstreamError):
        reader.feed(event("{"))
    with pytest.raises(BrokenOffError):
        read_stream(reader, [*events(CALM, STOP), DONE])


@dataclass(frozen=True)
class Stream:
    """Events of a stream, and the answer in it."""

    events: list[bytes]
    answer: Answer


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    """Draw a stream of text, refusals and tool calls, with comments between them."""
    key = draw(st.sampled_from(["content", "refusal"]))
    texts = draw(st.lists(st.text(max_size=5), max_size=6))
    calls = draw(st.lists(st.lists(st.text(max_size=5), min_size=1, max_size=4), max_size=3))
    reason = draw(st.sampled_from(["stop", "length", "content_filter"]))
    chunks = [START, *(chunk({key: text}) for text in texts)]
    for index, (first, *rest) in enumerate(calls):
        chunks.append(fragment(index, first, id=f"call_{index}", name="tide_at"))
        chunks += [fragment(index, piece) for piece in rest]
    chunks += [chunk(reason=reason), *([USAGE] if (counted := draw(st.booleans())) else [])]
    comment = draw(st.sampled_from(["", ": keep-alive\n\n"]))
    data = [json.dumps(each, ensure_ascii=draw(st.booleans())) for each in chunks]
    known = {"stop": FinishReason.TOOL_CALLS if calls else FinishReason.STOP}
    refused = key == "refusal" and any(texts)
    answer = Answer(
        message="".join(texts),
        model="m",
        finish_reason=FinishReason.CONTENT_FILTER if refused else known.get(reason, FinishReason(reason)),
        usage=Usage(input_tokens=3, output_tokens=1) if counted else Usage(),
        tool_calls=tuple(
            ToolCall(id=f"call_{index}", name="tide_at", arguments="".join(pieces))
            for index, pieces in enumerate(calls)
        ),
    )
    return Stream([f"{comment}data: {each}\n\n".encode() for each in [*data, "[DONE]"]], answer)


@given(stream=streams(), cuts=st.lists(st.integers(1, 3000), max_size=20))
def test_the_answer_is_the_same_however_the_bytes_come(stream: Stream, cuts: list[int]) -> None:
    assert read_stream(ChatCompletionsReader("Acme"), in_chunks(b"".join(stream.events), cuts)) == stream.answer


@given(stream=streams())
def test_a_stream_cut_between_any_two_events_broke_off(stream: Stream) -> None:
    for end in range(len(stream.events)):
        with pytest.raises(BrokenOffError) as caught:
            read_stream(ChatCompletionsReader("Acme"), in_chunks(b"".join(stream.events[:end]), ()))
        assert stream.answer.message.startswith(caught.value.partial)


@given(stream=streams(), data=st.data())
def test_a_stream_cut_anywhere_broke_off(stream: Stream, data: st.DataObject) -> None:
    body = b"".join(stream.events)
    end = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(BrokenOffError) as caught:
        read_stream(ChatCompletionsReader("Acme"), in_chunks(body[:end], ()))
    assert stream.answer.message.startswith(caught.value.partial)
