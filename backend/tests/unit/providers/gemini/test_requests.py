from __future__ import annotations

import pytest

from backend.llm.protocol import JsonObject, Prompt, Tool, ToolChoice
from backend.providers.gemini.requests import call
from backend.tests.unit.providers.tapes import requests_and_answers, same_json

MODEL = "gemini-2.5-flash"
TIDE = "When is high tide in Harwich today?"
TIDE_AT = Tool(
    name="tide_at",
    description="Tells when the tide is high in a port.",
    parameters={"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]},
)

SAYING = Prompt(model=MODEL, message="Reply with exactly these words: calm clear morning")
COUNTING = Prompt(model=MODEL, message="Count from one to five in words, separated by commas.")
THINKING = Prompt(model=MODEL, message="What is seven plus five? Reply with the number alone.", thinking=True)
CALLING = Prompt(model=MODEL, message=TIDE, tools=(TIDE_AT,), tool_choice=ToolChoice.REQUIRED)

PROMPTS = {
    "generateContent": {
        "overloaded": SAYING,
        "plain": SAYING,
        "rate-limited": SAYING,
        "server-error": SAYING,
        "thinking": THINKING,
        "tool-call": CALLING,
        "unauthorized": SAYING,
    },
    "streamGenerateContent": {
        "rate-limited": COUNTING,
        "streamed": COUNTING,
        "streamed-thinking": THINKING,
        "streamed-tool-call": CALLING,
    },
}


def body(prompt: Prompt) -> JsonObject:
    return call(prompt, "key", stream=False).body


@pytest.mark.parametrize(
    ("operation", "scenario"), [(operation, scenario) for operation in PROMPTS for scenario in PROMPTS[operation]]
)
def test_the_request_is_that_on_the_cassette(operation: str, scenario: str) -> None:
    recorded = requests_and_answers("gemini", operation, scenario)
    made = call(PROMPTS[operation][scenario], "key", stream=operation == "streamGenerateContent")
    assert same_json(made.body, recorded.request)
    assert f"https://generativelanguage.googleapis.com{made.path}" == recorded.uri


def test_the_key_is_in_a_header_and_never_shown() -> None:
    made = call(SAYING, "AIza-secret", stream=False)
    assert made.headers == {"x-goog-api-key": "AIza-secret"}
    assert "AIza-secret" not in repr(made)
    assert "AIza-secret" not in made.path


@pytest.mark.parametrize(
    ("model", "segment"),
    [
        ("gemini-2.5-flash", "gemini-2.5-flash"),
        ("models/gemini", "models%2Fgemini"),
        ("../../v1/files?key=1#", "..%2F..%2Fv1%2Ffiles%3Fkey%3D1%23"),
        ("a:b c%\r\nd", "a%3Ab%20c%25%0D%0Ad"),
        ("é", "%C3%A9"),
    ],
)
def test_a_model_is_one_segment_of_the_path(model: str, segment: str) -> None:
    prompt = Prompt(model=model, message="Hello.")
    assert call(prompt, "key", stream=False).path == f"/v1beta/models/{segment}:generateContent"
    assert call(prompt, "key", stream=True).path == f"/v1beta/models/{segment}:streamGenerateContent?alt=sse"


def test_what_is_left_to_the_provider_is_not_sent() -> None:
    assert body(SAYING).keys() == {"contents"}


def test_settings() -> None:
    prompt = Prompt(model=MODEL, message="Hello.", temperature=0, max_tokens=256, thinking=False)
    assert body(prompt)["generationConfig"] == {
        "temperature": 0,
        "maxOutputTokens": 256,
        "thinkingConfig": {"thinkingBudget": 0},
    }


@pytest.mark.parametrize(
    ("choice", "mode"), [(ToolChoice.AUTO, "AUTO"), (ToolChoice.REQUIRED, "ANY"), (ToolChoice.NONE, "NONE")]
)
def test_the_choice_of_a_tool(choice: ToolChoice, mode: str) -> None:
    sent = {"functionCallingConfig": {"mode": mode}}
    assert body(Prompt(model=MODEL, message=TIDE, tools=(TIDE_AT,), tool_choice=choice))["toolConfig"] == sent
    assert "toolConfig" not in body(Prompt(model=MODEL, message=TIDE, tool_choice=choice))
    assert "toolConfig" not in body(Prompt(model=MODEL, message=TIDE, tools=(TIDE_AT,)))
