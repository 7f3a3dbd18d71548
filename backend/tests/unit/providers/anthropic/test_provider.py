from __future__ import annotations

import pytest

from backend.llm.protocol import FinishReason, Prompt
from backend.providers.anthropic import PROVIDER
from backend.tests.unit.providers.streaming import read_stream
from backend.tests.unit.providers.tapes import decode, requests_and_answers, scenarios, successes


def test_the_provider_is_found_by_its_name() -> None:
    assert PROVIDER.name == "anthropic"
    assert PROVIDER.base_url == "https://api.anthropic.com"
    assert PROVIDER.default_model == "claude-haiku-4-5-20251001"


@pytest.mark.parametrize("scenario", [*successes("anthropic", "messages", streamed=False)])
def test_every_answer_on_the_cassettes_is_read(scenario: str) -> None:
    answer = PROVIDER.answer(requests_and_answers("anthropic", "messages", scenario).body)
    assert answer.message or answer.tool_calls
    assert answer.usage.input_tokens > 0
    assert answer.usage.output_tokens > 0
    assert answer.finish_reason in (FinishReason.STOP, FinishReason.TOOL_CALLS)


@pytest.mark.parametrize("scenario", ["streamed", "streamed-thinking", "streamed-tool-call"])
def test_every_stream_on_the_cassettes_is_read(scenario: str) -> None:
    recorded = requests_and_answers("anthropic", "messages", scenario)
    answer = read_stream(PROVIDER.reader(), decode(recorded.body))
    assert answer.message
    assert answer.model == recorded.request["model"]


def test_every_error_on_the_cassettes_has_words() -> None:
    recorded = [requests_and_answers("anthropic", "messages", name) for name in scenarios("anthropic", "messages")]
    assert {answer.status: PROVIDER.failure(answer.body) for answer in recorded if answer.status != 200} == {
        400: "max_tokens: 9000000 is more than the model can write",
        401: "the API key was not accepted",
        429: "Too many requests in this minute; wait 12 seconds.",
        500: "Something went wrong while answering.",
        529: "Overloaded",
    }


def test_a_call_is_a_request_for_a_message() -> None:
    made = PROVIDER.call(Prompt(model="m", message="Hello."), "key", stream=True)
    assert made.path == "/v1/messages"
    assert made.body["stream"] is True
