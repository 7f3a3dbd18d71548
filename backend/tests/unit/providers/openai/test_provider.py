from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import UpstreamError
from backend.llm.protocol import Answer, FinishReason, Prompt, Provider, Tool, ToolCall, ToolChoice, Usage
from backend.providers.openai import PROVIDER
from backend.tests.unit.providers.streaming import read_stream
from backend.tests.unit.providers.tapes import (
    ASK,
    COUNT,
    EXACT,
    TIDE,
    decode,
    request_faults,
    requests_and_answers,
    same_json,
    scenarios,
)

OPERATION = "chat.completions"
MODEL = "gpt-4.1-mini"

PLAIN = Prompt(model=MODEL, message=EXACT, temperature=0)
COUNTING = Prompt(model=MODEL, message=COUNT, temperature=0)
TIDES = Prompt(model=MODEL, message=ASK, temperature=0, tools=(TIDE,), tool_choice=ToolChoice.REQUIRED)
TWO_TIDES = Prompt(
    model=MODEL,
    message="When is high tide in Harwich and in Dover? Ask for both at once.",
    temperature=0,
    tools=(TIDE,),
    tool_choice=ToolChoice.REQUIRED,
)

ASKED = {
    "plain": (PLAIN, False),
    "rate-limited": (PLAIN, False),
    "server-error": (PLAIN, False),
    "streamed": (COUNTING, True),
    "streamed-failure": (COUNTING, True),
    "streamed-tool-call": (TIDES, True),
    "streamed-tool-calls": (TWO_TIDES, True),
    "tool-call": (TIDES, False),
    "unauthorized": (PLAIN, False),
    "unavailable": (COUNTING, True),
}
NEVER_ASKED = {"bad-request", "tool-result"}
"""They need `response_format`, and earlier messages, of which a prompt has none."""

ANSWERS = {
    "plain": Answer(
        message="calm clear morning",
        model="gpt-4.1-mini-2025-04-14",
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=17, output_tokens=4),
    ),
    "streamed": Answer(
        message="one, two, three, four, five",
        model="gpt-4.1-mini-2025-04-14",
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=19, output_tokens=9),
    ),
    "tool-call": Answer(
        message="",
        model="gpt-4.1-mini-2025-04-14",
        finish_reason=FinishReason.TOOL_CALLS,
        usage=Usage(input_tokens=58, output_tokens=15),
        tool_calls=(ToolCall(id="call_sandbox0001", name="tide_at", arguments='{"port":"Harwich"}'),),
    ),
    "tool-result": Answer(
        message="High tide in Harwich is at 14:20.",
        model="gpt-4.1-mini-2025-04-14",
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=84, output_tokens=13),
    ),
    "streamed-tool-call": Answer(
        message="",
        model="gpt-4.1-mini-2025-04-14",
        finish_reason=FinishReason.TOOL_CALLS,
        usage=Usage(input_tokens=58, output_tokens=15),
        tool_calls=(ToolCall(id="call_sandbox0002", name="tide_at", arguments='{"port":"Harwich"}'),),
    ),
    "streamed-tool-calls": Answer(
        message="",
        model="gpt-4.1-mini-2025-04-14",
        finish_reason=FinishReason.TOOL_CALLS,
        usage=Usage(input_tokens=60, output_tokens=47),
        tool_calls=(
            ToolCall(id="call_sandbox0003", name="tide_at", arguments='{"port": "Harwich"}'),
            ToolCall(id="call_sandbox0004", name="tide_at", arguments='{"port": "Dover"}'),
        ),
    ),
}


def test_it_is_a_provider() -> None:
    provider: Provider = PROVIDER
    assert (provider.name, provider.base_url, provider.default_model) == ("openai", "https://api.openai.com/v1", MODEL)


def test_each_scenario_on_tape_is_tested() -> None:
    assert ASKED.keys() | NEVER_ASKED == set(scenarios("openai", OPERATION))


@pytest.mark.parametrize("scenario", ASKED)
def test_requests_are_those_on_tape(scenario: str) -> None:
    recorded = requests_and_answers("openai", OPERATION, scenario)
    prompt, stream = ASKED[scenario]
    call = PROVIDER.call(prompt, "sesame", stream=stream)
    assert PROVIDER.base_url + call.path == recorded.uri
    assert same_json(call.body, recorded.request)


@pytest.mark.parametrize("scenario", ANSWERS)
def test_answers_on_tape_are_read(scenario: str) -> None:
    body = requests_and_answers("openai", OPERATION, scenario).body
    streamed = scenario.startswith("streamed")
    answer = read_stream(PROVIDER.reader(), decode(body)) if streamed else PROVIDER.answer(body)
    assert answer == ANSWERS[scenario]


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("bad-request", "To answer in JSON, the messages must ask for it."),
        ("rate-limited", "Too many requests in this minute. Try again in 7 seconds."),
        ("server-error", "Something went wrong while answering."),
        ("unauthorized", "The API key was not accepted."),
        ("unavailable", "The service is busy. Try again later."),
    ],
)
def test_words_of_errors_on_tape_are_read(scenario: str, words: str) -> None:
    assert PROVIDER.failure(requests_and_answers("openai", OPERATION, scenario).body) == words


def test_a_failure_in_a_stream_on_tape_is_told() -> None:
    reader = PROVIDER.reader()
    *before, failure = decode(requests_and_answers("openai", OPERATION, "streamed-failure").body)
    assert [piece for event in before for piece in reader.feed(event)] == ["one", ",", " two"]
    with pytest.raises(UpstreamError, match=r"^OpenAI failed: Something went wrong while answering\.$"):
        reader.feed(failure)


def test_the_most_tokens_are_those_of_the_completion() -> None:
    prompt = Prompt(model=MODEL, message=EXACT, max_tokens=5)
    assert PROVIDER.call(prompt, "sesame", stream=False).body["max_completion_tokens"] == 5


@pytest.mark.parametrize("thinking", [True, False])
def test_thinking_is_up_to_the_model(thinking: bool) -> None:
    prompt = Prompt(model=MODEL, message=EXACT, temperature=0, thinking=thinking)
    assert PROVIDER.call(prompt, "sesame", stream=False) == PROVIDER.call(PLAIN, "sesame", stream=False)


def test_a_tool_that_cannot_be_strict_is_sent_as_it_is() -> None:
    tool = Tool(name="tide_at", description="", parameters={"type": "object", "properties": {"port": {}}})
    body = PROVIDER.call(Prompt(model=MODEL, message=ASK, tools=(tool,)), "sesame", stream=False).body
    function = {"name": "tide_at", "description": "", "parameters": tool.parameters}
    assert body["tools"] == [{"type": "function", "function": function}]


PROMPTS = st.builds(
    Prompt,
    model=st.sampled_from([MODEL, "o3"]),
    message=st.text(min_size=1),
    tools=st.sampled_from([(), (TIDE,)]),
    tool_choice=st.none() | st.sampled_from(ToolChoice),
    temperature=st.none() | st.floats(0, 2),
    max_tokens=st.none() | st.integers(1, 9999),
    thinking=st.none() | st.booleans(),
)


@given(prompt=PROMPTS, stream=st.booleans())
def test_requests_keep_the_contract(prompt: Prompt, stream: bool) -> None:
    body = PROVIDER.call(prompt, "sesame", stream=stream).body
    assert not request_faults("openai", OPERATION, body)
