"""The openai client against the stand-in for DeepSeek, as its documentation says."""

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

MODEL = "deepseek-v4-flash"
TIDE_AT: ChatCompletionToolParam = {
    "type": "function",
    "function": {"name": "tide_at", "description": PURPOSE, "parameters": {**PORT}},
}
QUICK = {"thinking": {"type": "disabled"}}


@pytest.fixture(params=["", "/v1"], ids=["plain", "with a version"])
def client(url: str, request: pytest.FixtureRequest) -> Iterator[openai.OpenAI]:
    base = f"{url}/deepseek{request.param}"
    with openai.OpenAI(base_url=base, api_key="sandbox-key", max_retries=0, timeout=30) as client:
        yield client


def question(text: str) -> list[ChatCompletionUserMessageParam]:
    return [{"role": "user", "content": text}]


def test_a_recorded_answer(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=question(EXACT), extra_body=QUICK)
    assert (answer.choices[0].message.content or "").lower() == ANSWER


def test_a_recorded_stream(client: openai.OpenAI) -> None:
    chunks = client.chat.completions.create(model=MODEL, messages=question(COUNT), stream=True, extra_body=QUICK)
    pieces = [chunk.choices[0].delta.content for chunk in chunks]
    assert "".join(filter(None, pieces)) == "one, two, three, four, five"


def test_a_stream_that_nobody_recorded(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model=MODEL, messages=question("Something new."), stream=True))
    assert chunks[-1].choices[0].finish_reason
    assert chunks[-1].usage is not None


def test_a_tool_call(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=question(ASK), tools=[TIDE_AT], tool_choice="required", extra_body=QUICK
    )
    [call] = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"port": "Harwich"}


def test_a_bad_request_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="'messages' is missing"):
        client.post("/chat/completions", body={"model": MODEL}, cast_to=object)


def test_a_recorded_error(client: openai.OpenAI) -> None:
    headers = {CASSETTE_HEADER: "deepseek/chat.completions/no-credit"}
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model=MODEL, messages=question(EXACT), extra_headers=headers)
    assert caught.value.status_code == 402


def test_a_fault(client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(
            model=MODEL, messages=question(EXACT), extra_headers={FAULT_HEADER: "status-503"}
        )
