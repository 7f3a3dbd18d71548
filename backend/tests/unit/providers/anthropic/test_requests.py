from __future__ import annotations

import pytest

from backend.llm.protocol import JsonObject, Prompt, Tool, ToolChoice
from backend.providers.anthropic.requests import ANSWER_TOKENS, THINKING_TOKENS, call
from backend.tests.unit.providers.tapes import requests_and_answers, same_json

MODEL = "claude-haiku-4-5-20251001"
SAY = "Reply with exactly these words: calm clear morning"
COUNT = "Count from one to five in words, separated by commas."
SUM = "What is seven plus five? Reply with the number alone."
TIDE = "When is high tide in Harwich today?"
TIDE_AT = Tool(
    name="tide_at",
    description="Tells when the tide is high in a port.",
    parameters={"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]},
)

SAYING = Prompt(model=MODEL, message=SAY, max_tokens=256)
COUNTING = Prompt(model=MODEL, message=COUNT, max_tokens=256)
THINKING = Prompt(model=MODEL, message=SUM, max_tokens=2048, thinking=True)

PROMPTS = {
    "bad-request": (Prompt(model=MODEL, message=SAY, max_tokens=9_000_000), False),
    "overloaded": (COUNTING, True),
    "plain": (SAYING, False),
    "rate-limited": (SAYING, False),
    "server-error": (SAYING, False),
    "streamed": (COUNTING, True),
    "streamed-failure": (COUNTING, True),
    "streamed-thinking": (THINKING, True),
    "streamed-tool-call": (
        Prompt(
            model=MODEL, message=f"{TIDE} Say what you will do, then use the tool.", max_tokens=256, tools=(TIDE_AT,)
        ),
        True,
    ),
    "thinking": (THINKING, False),
    "tool-call": (
        Prompt(model=MODEL, message=TIDE, max_tokens=256, tools=(TIDE_AT,), tool_choice=ToolChoice.REQUIRED),
        False,
    ),
    "unauthorized": (SAYING, False),
}


def body(prompt: Prompt) -> JsonObject:
    return call(prompt, "key", stream=False).body


@pytest.mark.parametrize("scenario", PROMPTS)
def test_the_request_is_that_on_the_cassette(scenario: str) -> None:
    prompt, stream = PROMPTS[scenario]
    recorded = requests_and_answers("anthropic", "messages", scenario)
    made = call(prompt, "key", stream=stream)
    assert same_json(made.body, recorded.request)
    assert f"https://api.anthropic.com{made.path}" == recorded.uri


def test_the_key_is_in_a_header_and_never_shown() -> None:
    made = call(SAYING, "sk-ant-secret", stream=False)
    assert made.headers == {"x-api-key": "sk-ant-secret", "anthropic-version": "2023-06-01"}
    assert "sk-ant-secret" not in repr(made)


def test_a_limit_is_always_sent() -> None:
    assert body(Prompt(model=MODEL, message=SAY))["max_tokens"] == ANSWER_TOKENS


@pytest.mark.parametrize(("asked", "sent"), [(None, 2048), (1, 2048), (1024, 2048), (2048, 2048), (4096, 4096)])
def test_who_thinks_has_room_for_an_answer(asked: int | None, sent: int) -> None:
    made = body(Prompt(model=MODEL, message=SAY, max_tokens=asked, thinking=True))
    assert made["max_tokens"] == sent
    assert made["thinking"] == {"type": "enabled", "budget_tokens": THINKING_TOKENS}


def test_thinking_can_be_forbidden() -> None:
    made = body(Prompt(model=MODEL, message=SAY, max_tokens=16, thinking=False))
    assert made["thinking"] == {"type": "disabled"}
    assert made["max_tokens"] == 16


def test_the_temperature_is_sent_even_when_it_is_0() -> None:
    assert body(Prompt(model=MODEL, message=SAY, temperature=0))["temperature"] == 0


@pytest.mark.parametrize(
    ("choice", "sent"), [(ToolChoice.AUTO, "auto"), (ToolChoice.REQUIRED, "any"), (ToolChoice.NONE, "none")]
)
def test_the_choice_of_a_tool(choice: ToolChoice, sent: str) -> None:
    assert body(Prompt(model=MODEL, message=TIDE, tools=(TIDE_AT,), tool_choice=choice))["tool_choice"] == {
        "type": sent
    }
    assert "tool_choice" not in body(Prompt(model=MODEL, message=TIDE, tool_choice=choice))
