"""The anthropic client against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import anthropic
import pytest

from tapecheck.serving import CASSETTE_HEADER, FAULT_HEADER
from tests.providers.scenarios import ANSWER, ASK, COUNT, EXACT, PORT, PURPOSE

if TYPE_CHECKING:
    from anthropic.types import MessageParam, ToolParam

MODEL = "claude-haiku-4-5-20251001"
MOST = 256
TIDE_AT: ToolParam = {"name": "tide_at", "description": PURPOSE, "input_schema": {**PORT}}


@pytest.fixture
def client(url: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=f"{url}/anthropic", api_key="sandbox-key", max_retries=0, timeout=30) as client:
        yield client


def question(text: str) -> list[MessageParam]:
    return [{"role": "user", "content": text}]


def test_a_recorded_answer(client: anthropic.Anthropic) -> None:
    message = client.messages.create(messages=question(EXACT), model=MODEL, max_tokens=MOST)
    assert [block.text.lower() for block in message.content if block.type == "text"] == [ANSWER]
    assert message.stop_reason == "end_turn"


def test_an_answer_that_nobody_recorded(client: anthropic.Anthropic) -> None:
    message = client.messages.create(messages=question("Something new."), model=MODEL, max_tokens=MOST)
    assert message.content[0].type == "text"


def test_a_recorded_stream(client: anthropic.Anthropic) -> None:
    with client.messages.stream(messages=question(COUNT), model=MODEL, max_tokens=MOST) as stream:
        assert stream.get_final_text() == "one, two, three, four, five"


def test_a_stream_that_nobody_recorded(client: anthropic.Anthropic) -> None:
    with client.messages.stream(messages=question("Something new."), model=MODEL, max_tokens=MOST) as stream:
        assert stream.get_final_message().stop_reason == "end_turn"


def test_a_tool_call(client: anthropic.Anthropic) -> None:
    message = client.messages.create(
        messages=question(ASK), tools=[TIDE_AT], tool_choice={"type": "any"}, model=MODEL, max_tokens=MOST
    )
    [call] = [block for block in message.content if block.type == "tool_use"]
    assert (call.name, call.input) == ("tide_at", {"port": "Harwich"})


def test_counting_tokens(client: anthropic.Anthropic) -> None:
    count = client.messages.count_tokens(model=MODEL, messages=question("Something new."))
    assert count.input_tokens >= 0


def test_a_bad_request_is_refused(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match=r"The request breaks the contract: .*/max_tokens"):
        client.messages.create(messages=question(EXACT), model=MODEL, max_tokens=-1)


def test_a_recorded_error(client: anthropic.Anthropic) -> None:
    headers = {CASSETTE_HEADER: "anthropic/messages/overloaded"}
    with pytest.raises(anthropic.APIStatusError) as caught:
        client.messages.create(messages=question(EXACT), extra_headers=headers, model=MODEL, max_tokens=MOST)
    assert caught.value.status_code == 529


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("status-429", anthropic.RateLimitError),
        ("status-529", anthropic.InternalServerError),
        ("reset-before-answer", anthropic.APIConnectionError),
    ],
)
def test_faults(client: anthropic.Anthropic, fault: str, error: type[anthropic.AnthropicError]) -> None:
    with pytest.raises(error):
        client.messages.create(
            messages=question(EXACT), extra_headers={FAULT_HEADER: fault}, model=MODEL, max_tokens=MOST
        )


def test_a_stream_that_fails(client: anthropic.Anthropic) -> None:
    headers = {FAULT_HEADER: "stream-error-event"}
    with (
        pytest.raises(anthropic.APIStatusError),
        client.messages.stream(messages=question(COUNT), extra_headers=headers, model=MODEL, max_tokens=MOST) as stream,
    ):
        stream.until_done()
