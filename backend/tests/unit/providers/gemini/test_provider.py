from __future__ import annotations

import pytest

from backend.llm.protocol import Prompt
from backend.providers.gemini import PROVIDER
from backend.tests.unit.providers.streaming import read_stream
from backend.tests.unit.providers.tapes import decode, requests_and_answers, scenarios, successes


def test_the_provider_is_found_by_its_name() -> None:
    assert PROVIDER.name == "gemini"
    assert PROVIDER.base_url == "https://generativelanguage.googleapis.com"
    assert PROVIDER.default_model == "gemini-2.5-flash"


@pytest.mark.parametrize("scenario", [*successes("gemini", "generateContent", streamed=False)])
def test_every_answer_on_the_cassettes_is_read(scenario: str) -> None:
    answer = PROVIDER.answer(requests_and_answers("gemini", "generateContent", scenario).body)
    assert answer.message or answer.tool_calls
    assert answer.model == "gemini-2.5-flash"
    assert answer.usage.input_tokens > 0


@pytest.mark.parametrize("scenario", [*successes("gemini", "streamGenerateContent", streamed=True)])
def test_every_stream_on_the_cassettes_is_read(scenario: str) -> None:
    recorded = requests_and_answers("gemini", "streamGenerateContent", scenario)
    answer = read_stream(PROVIDER.reader(), decode(recorded.body))
    assert answer.message or answer.tool_calls
    assert answer.usage.output_tokens > 0


@pytest.mark.parametrize("operation", ["generateContent", "streamGenerateContent"])
def test_every_error_on_the_cassettes_has_words(operation: str) -> None:
    recorded = [requests_and_answers("gemini", operation, name) for name in scenarios("gemini", operation)]
    assert all(PROVIDER.failure(answer.body) for answer in recorded if answer.status != 200)


def test_an_error_that_comes_in_an_array_has_words() -> None:
    recorded = requests_and_answers("gemini", "streamGenerateContent", "overloaded-array")
    assert PROVIDER.failure(recorded.body) == "The model is busy. Try again later."


def test_a_call_names_the_model_in_its_path() -> None:
    made = PROVIDER.call(Prompt(model="m", message="Hello."), "key", stream=True)
    assert made.path == "/v1beta/models/m:streamGenerateContent?alt=sse"
