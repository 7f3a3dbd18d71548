from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.errors import BrokenOffError
from backend.llm.protocol import Answer, FinishReason, Prompt, Provider, ToolCall, ToolChoice, Usage
from backend.providers.deepseek import PROVIDER
from backend.tests.unit.providers.streaming import read_stream
from backend.tests.unit.providers.tapes import (
    ASK,
    COUNT,
    EXACT,
    SUM,
    TIDE,
    decode,
    request_faults,
    requests_and_answers,
    same_json,
    scenarios,
)

OPERATION = "chat.completions"
MODEL = "deepseek-v4-flash"

PLAIN = Prompt(model=MODEL, message=EXACT, thinking=False)
COUNTING = Prompt(model=MODEL, message=COUNT, thinking=False)
THINKING = Prompt(model=MODEL, message=SUM, thinking=True)
TIDES = Prompt(model=MODEL, message=ASK, tools=(TIDE,), tool_choice=ToolChoice.REQUIRED, thinking=False)

ASKED = {
    "no-credit": (PLAIN, False),
    "overloaded": (COUNTING, True),
    "plain": (PLAIN, False),
    "rate-limited": (PLAIN, False),
    "reasoning": (THINKING, False),
    "server-error": (PLAIN, False),
    "streamed": (COUNTING, True),
    "streamed-reasoning": (THINKING, True),
    "streamed-tool-call": (TIDES, True),
    "tool-call": (TIDES, False),
    "unauthorized": (PLAIN, False),
}
NEVER_ASKED = {"bad-request", "tool-result"}
"""They need `response_format`, and earlier messages, of which a prompt has none."""


def said(message: str, input_tokens: int, output_tokens: int) -> Answer:
    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    return Answer(message=message, model=MODEL, finish_reason=FinishReason.STOP, usage=usage)


def called(number: str) -> Answer:
    call = ToolCall(id=f"call_00_sandbox{number}", name="tide_at", arguments='{"port": "Harwich"}')
    return replace(said("", 160, 20), finish_reason=FinishReason.TOOL_CALLS, tool_calls=(call,))


ANSWERS = {
    "plain": said("calm clear morning", 12, 4),
    "reasoning": said("12", 15, 9),
    "streamed": said("one, two, three, four, five", 14, 9),
    "streamed-reasoning": said("12", 15, 9),
    "streamed-tool-call": called("0002"),
    "tool-call": called("0001"),
    "tool-result": said("High tide in Harwich is at 14:20.", 190, 13),
}


def test_it_is_a_provider() -> None:
    provider: Provider = PROVIDER
    assert (provider.name, provider.base_url, provider.default_model) == ("deepseek", "https://api.deepseek.com", MODEL)


def test_each_scenario_on_tape_is_tested() -> None:
    assert ASKED.keys() | NEVER_ASKED == set(scenarios("deepseek", OPERATION))


@pytest.mark.parametrize("scenario", ASKED)
def test_requests_are_those_on_tape(scenario: str) -> None:
    recorded = requests_and_answers("deepseek", OPERATION, scenario)
    prompt, stream = ASKED[scenario]
    call = PROVIDER.call(prompt, "sesame", stream=stream)
    assert PROVIDER.base_url + call.path == recorded.uri
    assert same_json(call.body, recorded.request)


@pytest.mark.parametrize("scenario", ANSWERS)
def test_answers_on_tape_are_read(scenario: str) -> None:
    body = requests_and_answers("deepseek", OPERATION, scenario).body
    streamed = scenario.startswith("streamed")
    answer = read_stream(PROVIDER.reader(), decode(body)) if streamed else PROVIDER.answer(body)
    assert answer == ANSWERS[scenario]


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("bad-request", "To answer in JSON, the prompt must ask for it."),
        ("no-credit", "The balance is used up."),
        ("overloaded", "The service is busy. Try again later."),
        ("rate-limited", "Too many requests at once. Send fewer."),
        ("server-error", "Something went wrong while answering."),
        ("unauthorized", "The API key was not accepted."),
    ],
)
def test_words_of_errors_on_tape_are_read(scenario: str, words: str) -> None:
    assert PROVIDER.failure(requests_and_answers("deepseek", OPERATION, scenario).body) == words


def test_an_error_may_be_plain_text() -> None:
    assert PROVIDER.failure(b"The body is not what was expected.\n") == "The body is not what was expected."


def test_an_answer_for_which_the_capacity_ran_out_is_not_whole() -> None:
    body = requests_and_answers("deepseek", OPERATION, "plain").body.replace(
        b'"stop"', b'"insufficient_system_resource"'
    )
    with pytest.raises(BrokenOffError, match="DeepSeek's answer broke off: insufficient_system_resource") as caught:
        PROVIDER.answer(body)
    assert caught.value.partial == "calm clear morning"


def test_a_stream_for_which_the_capacity_ran_out_is_not_whole() -> None:
    body = requests_and_answers("deepseek", OPERATION, "streamed").body
    events = decode(body.replace(b'"stop"', b'"insufficient_system_resource"'))
    with pytest.raises(BrokenOffError, match="insufficient_system_resource") as caught:
        read_stream(PROVIDER.reader(), events)
    assert caught.value.partial == "one, two, three, four, five"


@pytest.mark.parametrize(
    ("choice", "thinking", "sent"),
    [
        (None, None, None),
        (ToolChoice.AUTO, None, None),
        (ToolChoice.NONE, None, None),
        (ToolChoice.REQUIRED, None, {"type": "disabled"}),
        (ToolChoice.REQUIRED, True, {"type": "enabled"}),
        (ToolChoice.REQUIRED, False, {"type": "disabled"}),
        (None, True, {"type": "enabled"}),
    ],
)
def test_who_asks_for_a_tool_gets_no_thinking_unless_asked_for(
    choice: ToolChoice | None, thinking: bool | None, sent: dict[str, str] | None
) -> None:
    prompt = Prompt(model=MODEL, message=ASK, tools=(TIDE,), tool_choice=choice, thinking=thinking)
    assert PROVIDER.call(prompt, "sesame", stream=False).body.get("thinking") == sent


def test_the_most_tokens_are_sent() -> None:
    prompt = Prompt(model=MODEL, message=EXACT, max_tokens=5)
    assert json.dumps(PROVIDER.call(prompt, "sesame", stream=False).body).endswith('"max_tokens": 5}')


PROMPTS = st.builds(
    Prompt,
    model=st.sampled_from([MODEL, "deepseek-v4-pro"]),
    message=st.text(min_size=1),
    tools=st.sampled_from([(), (TIDE,)]),
    tool_choice=st.none() | st.sampled_from(ToolChoice),
    temperature=st.none() | st.floats(0, 2),
    max_tokens=st.none() | st.integers(1, 9999),
    thinking=st.none() | st.booleans(),
)


@given(prompt=PROMPTS, stream=st.booleans())
def test_requests_keep_the_contract(prompt: Prompt, stream: bool) -> None:
    assume(not (prompt.thinking and prompt.tool_choice is ToolChoice.REQUIRED))
    body = PROVIDER.call(prompt, "sesame", stream=stream).body
    assert not request_faults("deepseek", OPERATION, body)
