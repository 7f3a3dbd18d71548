"""The openai client against the stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import openai
import pytest

from tapecheck.serving import CASSETTE_HEADER, FAULT_HEADER
from tests.providers.scenarios import ANSWER, ASK, COUNT, EXACT, PORT, PURPOSE

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionToolParam, ChatCompletionUserMessageParam

MODEL = "gpt-4.1-mini"
PARAMETERS = {**PORT, "additionalProperties": False}
TIDE_AT: ChatCompletionToolParam = {
    "type": "function",
    "function": {"name": "tide_at", "description": PURPOSE, "parameters": PARAMETERS, "strict": True},
}


@pytest.fixture
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/openai/v1", api_key="sandbox-key", max_retries=0, timeout=30) as client:
        yield client


def question(text: str) -> list[ChatCompletionUserMessageParam]:
    return [{"role": "user", "content": text}]


def test_a_recorded_answer(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=question(EXACT), temperature=0)
    assert (answer.choices[0].message.content or "").lower() == ANSWER
    assert answer.choices[0].finish_reason == "stop"


def test_an_answer_that_nobody_recorded(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=question("Something new."))
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content


def test_a_recorded_stream(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL,
        messages=question(COUNT),
        temperature=0,
        stream=True,
        stream_options={"include_usage": True, "include_obfuscation": False},
    )
    chunks = list(stream)
    pieces = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
    assert "".join(pieces) == "one, two, three, four, five"
    assert chunks[-1].usage is not None


def test_a_stream_that_nobody_recorded(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model=MODEL, messages=question("Something new."), stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_tool_call(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=question(ASK), temperature=0, tools=[TIDE_AT], tool_choice="required"
    )
    [call] = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.function.name == "tide_at"
    assert json.loads(call.function.arguments) == {"port": "Harwich"}


def test_responses(client: openai.OpenAI) -> None:
    answer = client.responses.create(model=MODEL, input=EXACT, temperature=0)
    assert answer.output_text.lower() == ANSWER


def test_streamed_responses(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model=MODEL, input=COUNT, temperature=0, stream=True))
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "one, two, three, four, five"


def test_embeddings(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model="text-embedding-3-small", input="a calm sea", encoding_format="float")
    assert answer.data[0].embedding


def test_a_bad_request_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"The request breaks the contract: .*/temperature"):
        client.chat.completions.create(model=MODEL, messages=question(EXACT), temperature=9)


def test_a_recorded_error(client: openai.OpenAI) -> None:
    headers = {CASSETTE_HEADER: "openai/chat.completions/rate-limited"}
    with pytest.raises(openai.RateLimitError):
        client.chat.completions.create(model=MODEL, messages=question(EXACT), extra_headers=headers)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("status-429-retry-after", openai.RateLimitError),
        ("status-503", openai.InternalServerError),
        ("gateway-page", openai.InternalServerError),
        ("reset-before-answer", openai.APIConnectionError),
        ("reset-mid-body", openai.APIConnectionError),
    ],
)
def test_faults(client: openai.OpenAI, fault: str, error: type[openai.OpenAIError]) -> None:
    with pytest.raises(error):
        client.chat.completions.create(model=MODEL, messages=question(EXACT), extra_headers={FAULT_HEADER: fault})


def test_a_stream_that_fails(client: openai.OpenAI) -> None:
    headers = {FAULT_HEADER: "stream-error-event"}
    with pytest.raises(openai.APIError):
        list(client.responses.create(model=MODEL, input=COUNT, stream=True, extra_headers=headers))
