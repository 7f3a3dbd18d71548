from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.protocol import Answer, FinishReason, JsonObject, ToolCall, Usage
from backend.providers.anthropic.streams import MessageReader
from backend.tests.unit.providers.streaming import event, in_chunks, read_stream, sse
from backend.tests.unit.providers.tapes import decode, requests_and_answers

if TYPE_CHECKING:
    from pydantic import JsonValue

MODEL = "claude-haiku-4-5-20251001"
START: JsonObject = {
    "type": "message_start",
    "message": {"model": MODEL, "usage": {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 1}},
}
PING: JsonObject = {"type": "ping"}
NEWS: JsonObject = {"type": "an_event_yet_to_come", "index": "?"}
STOP: JsonObject = {"type": "message_stop"}


def opened(index: int, block: JsonObject) -> JsonObject:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, kind: str, **field: JsonValue) -> JsonObject:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **field}}


def words(index: int, text: str) -> JsonObject:
    return delta(index, "text_delta", text=text)


def closed(index: int) -> JsonObject:
    return {"type": "content_block_stop", "index": index}


def stopping(reason: str | None = "end_turn") -> JsonObject:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 9}}


TEXT: JsonObject = {"type": "text", "text": ""}
TOOL: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "tide_at", "input": {}}
WHOLE = [START, opened(0, TEXT), words(0, "High"), words(0, " tide"), closed(0), stopping(), STOP]


@st.composite
def blocks(draw: st.DrawFn, index: int) -> list[JsonObject]:
    """Return the events of a block."""
    kind = draw(st.sampled_from(["text", "tool_use", "thinking", "a_kind_yet_to_come"]))
    pieces = draw(st.lists(st.text(max_size=5), max_size=4))
    kinds: dict[str, tuple[JsonObject, list[JsonObject]]] = {
        "text": (TEXT, [words(index, piece) for piece in pieces]),
        "tool_use": (
            TOOL | {"id": f"toolu_{index}"},
            [delta(index, "input_json_delta", partial_json=piece) for piece in pieces],
        ),
        "thinking": ({"type": kind, "thinking": ""}, [delta(index, "thinking_delta", thinking=p) for p in pieces]),
        "a_kind_yet_to_come": ({"type": kind}, [delta(index, "its_delta", content=piece) for piece in pieces]),
    }
    block, deltas = kinds[kind]
    return [opened(index, block), *deltas, closed(index)]


@st.composite
def streams(draw: st.DrawFn) -> list[JsonObject]:
    """Return the events of a stream, with some between them that mean nothing."""
    count = draw(st.integers(0, 4))
    events = [START, *(event for index in range(count) for event in draw(blocks(index))), stopping(), STOP]
    for _ in range(draw(st.integers(0, 4))):
        events.insert(draw(st.integers(0, len(events))), draw(st.sampled_from([PING, NEWS])))
    return events


def read_all(documents: list[JsonObject]) -> Answer:
    return read_stream(MessageReader(), [event(document) for document in documents])


def expected_text(documents: list[JsonObject]) -> str:
    deltas = [document["delta"] for document in documents if document["type"] == "content_block_delta"]
    return "".join(str(d["text"]) for d in deltas if isinstance(d, dict) and d["type"] == "text_delta")


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "streamed",
            Answer(
                message="one, two, three, four, five",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=18, output_tokens=13),
            ),
        ),
        (
            "streamed-thinking",
            Answer(
                message="12",
                model=MODEL,
                finish_reason=FinishReason.STOP,
                usage=Usage(input_tokens=45, output_tokens=30),
            ),
        ),
        (
            "streamed-tool-call",
            Answer(
                message="I will look that up.",
                model=MODEL,
                finish_reason=FinishReason.TOOL_CALLS,
                usage=Usage(input_tokens=560, output_tokens=52),
                tool_calls=(ToolCall(id="toolu_sandbox0002", name="tide_at", arguments='{"port": "Harwich"}'),),
            ),
        ),
    ],
)
def test_streams_on_the_cassettes(scenario: str, expected: Answer) -> None:
    body = requests_and_answers("anthropic", "messages", scenario).body
    assert read_stream(MessageReader(), decode(body)) == expected


def test_a_failure_within_a_stream_has_the_words_of_the_provider() -> None:
    reader = MessageReader()
    *before, last = decode(requests_and_answers("anthropic", "messages", "streamed-failure").body)
    pieces = [piece for event in before for piece in reader.feed(event)]
    with pytest.raises(UpstreamError, match="broke its stream off: overloaded_error: Overloaded") as caught:
        reader.feed(last)
    assert not isinstance(caught.value, BrokenOffError)
    assert pieces == ["one,", " two, three"]
    assert reader.text == "one, two, three"


@given(documents=streams())
def test_a_whole_stream_is_read(documents: list[JsonObject]) -> None:
    answer = read_all(documents)
    assert answer.message == expected_text(documents)
    assert answer.usage == Usage(input_tokens=7, output_tokens=9)
    assert [call.id for call in answer.tool_calls] == [
        block["id"]
        for document in documents
        if isinstance(block := document.get("content_block"), dict) and block["type"] == "tool_use"
    ]


@given(documents=streams(), data=st.data())
def test_a_stream_that_ends_before_its_end_broke_off(documents: list[JsonObject], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, documents.index(STOP)))
    reader = MessageReader()
    text = "".join(piece for document in documents[:count] for piece in reader.feed(event(document)))
    with pytest.raises(BrokenOffError, match="before its message_stop") as caught:
        reader.close()
    assert caught.value.partial == text
    assert expected_text(documents).startswith(text)


@given(documents=streams(), data=st.data())
def test_bytes_may_come_in_any_chunks(documents: list[JsonObject], data: st.DataObject) -> None:
    body = sse(documents)
    cuts = data.draw(st.sets(st.integers(1, len(body)), max_size=20))
    assert read_stream(MessageReader(), in_chunks(body, cuts)) == read_all(documents)


@given(documents=streams(), data=st.data())
def test_a_stream_cut_at_any_byte_is_never_whole(documents: list[JsonObject], data: st.DataObject) -> None:
    whole = documents[: documents.index(STOP) + 1]
    body = sse(whole)
    reader = MessageReader()
    for one in decode(body[: data.draw(st.integers(0, len(body) - 1))]):
        reader.feed(one)
    with pytest.raises(BrokenOffError) as caught:
        reader.close()
    assert expected_text(whole).startswith(caught.value.partial)


def brackets(documents: list[JsonObject]) -> list[int]:
    """Return the places of the events that open or close something."""
    means_nothing = ("ping", "an_event_yet_to_come", "content_block_delta", "message_delta")
    return [place for place, document in enumerate(documents) if document["type"] not in means_nothing]


@given(documents=streams(), data=st.data())
def test_a_bracket_that_comes_twice_is_noticed(documents: list[JsonObject], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(brackets(documents)))
    with pytest.raises(UpstreamError, match="out of order"):
        read_all([*documents[: place + 1], *documents[place:]])


@given(documents=streams(), data=st.data())
def test_a_bracket_that_is_missing_is_noticed(documents: list[JsonObject], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(brackets(documents)))
    with pytest.raises(UpstreamError):
        read_all([*documents[:place], *documents[place + 1 :]])


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([WHOLE[1], WHOLE[0], *WHOLE[2:]], "content_block_start came before message_start"),
        ([START, *WHOLE], "message_start came where no block is open"),
        ([*WHOLE[:2], START], "message_start came within a block"),
        ([*WHOLE[:2], opened(1, TEXT)], "content_block_start came within a block"),
        ([START, opened(1, TEXT)], "expected block 0, got content_block_start of block 1"),
        ([*WHOLE[:2], words(1, "!")], "expected block 0, got content_block_delta of block 1"),
        ([*WHOLE[:2], closed(1)], "expected block 0, got content_block_stop of block 1"),
        ([START, words(0, "!")], "content_block_delta came where no block is open"),
        ([START, closed(0)], "content_block_stop came where no block is open"),
        ([*WHOLE[:5], words(0, "!")], "content_block_delta came where no block is open"),
        ([*WHOLE[:3], stopping()], "message_delta came within a block"),
        ([*WHOLE[:5], STOP], "message_stop came where no block is open"),
        ([START, stopping(None), STOP], "message_stop came where no block is open"),
        ([*WHOLE[:6], opened(1, TEXT)], "content_block_start came behind message_delta"),
        ([*WHOLE, STOP], "message_stop came behind message_stop"),
        ([*WHOLE, START], "message_start came behind message_stop"),
        ([*WHOLE, stopping()], "message_delta came behind message_stop"),
    ],
)
def test_an_event_where_it_cannot_stand_is_refused(documents: list[JsonObject], message: str) -> None:
    with pytest.raises(UpstreamError, match=f"Anthropic's stream is out of order: {message}"):
        read_all(documents)


def test_the_end_may_be_announced_in_several_steps() -> None:
    answer = read_all([*WHOLE[:5], stopping(None), stopping("max_tokens"), stopping(None), STOP])
    assert answer.finish_reason is FinishReason.LENGTH


def test_an_event_that_is_not_complete_has_not_arrived() -> None:
    reader = MessageReader()
    for document in WHOLE[:-1]:
        reader.feed(event(document))
    assert reader.feed(event(STOP, complete=False)) == ()
    with pytest.raises(BrokenOffError, match="behind message_delta"):
        reader.close()


def test_text_may_stand_where_a_block_opens() -> None:
    assert read_all([START, opened(0, {"type": "text", "text": "High"}), *WHOLE[3:]]).message == "High tide"


@pytest.mark.parametrize(
    ("block", "pieces", "arguments"),
    [
        (TOOL, [], "{}"),
        (TOOL, [""], "{}"),
        (TOOL | {"input": {"port": "Hull"}}, [], '{"port":"Hull"}'),
        (TOOL, ["", '{"port":', ' "Hull"}'], '{"port": "Hull"}'),
        (TOOL, ['{"port": "Hu'], '{"port": "Hu'),
    ],
)
def test_the_input_of_a_tool_is_as_the_model_wrote_it(block: JsonObject, pieces: list[str], arguments: str) -> None:
    deltas = [delta(0, "input_json_delta", partial_json=piece) for piece in pieces]
    answer = read_all([START, opened(0, block), *deltas, closed(0), stopping("tool_use"), STOP])
    assert answer.tool_calls == (ToolCall(id="toolu_1", name="tide_at", arguments=arguments),)


def test_a_delta_of_another_kind_than_its_block_is_passed_over() -> None:
    odd = [delta(0, "citations_delta", citation={}), delta(0, "input_json_delta", partial_json="{}")]
    assert read_all([*WHOLE[:3], *odd, *WHOLE[3:]]) == read_all(WHOLE)


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({}, "/type"),
        ({"type": "message_start"}, "/message"),
        (opened(0, {"type": "text"}), "/content_block/text"),
        ({"type": "content_block_delta", "index": 0}, "/delta"),
        (delta(0, "text_delta", text=None), "/delta/text"),
        (delta(0, "input_json_delta"), "/delta/partial_json"),
        ({"type": "content_block_stop", "index": "0"}, "/index"),
        ({"type": "message_delta", "delta": {"stop_reason": 1}}, "/delta/stop_reason"),
        ({"type": "error", "error": "secret"}, "/error"),
    ],
)
def test_an_event_of_another_shape_is_refused_by_its_pointer(document: JsonObject, pointer: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        MessageReader().feed(event(document))
    assert f": at {pointer}: " in caught.value.detail
    assert "secret" not in caught.value.detail


def test_an_event_that_is_no_json_is_refused() -> None:
    (done,) = decode(b"data: [DONE]\n\n")
    with pytest.raises(UpstreamError, match="Anthropic sent what is not JSON"):
        MessageReader().feed(done)


def test_a_stream_without_events_broke_off() -> None:
    with pytest.raises(BrokenOffError, match="before message_start") as caught:
        MessageReader().close()
    assert caught.value.partial == ""
