"""DeepSeek: chat completions, models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.providers.scenarios import ANSWER, ASK, COUNT, EXACT, PORT, PURPOSE, SUM, TIDE, counted, events, scenario

if TYPE_CHECKING:
    import httpx

    from tests.providers.conftest import Target

pytestmark = pytest.mark.vcr

MODEL = "deepseek-v4-flash"
CHAT = "/chat/completions"
MODELS = "/models"
TOOLS = [{"type": "function", "function": {"name": "tide_at", "description": PURPOSE, "parameters": PORT}}]
REASONING = {"thinking": {"type": "enabled"}}
PLAIN = {"thinking": {"type": "disabled"}}


@pytest.fixture
def credentials(target: Target) -> dict[str, str]:
    return {"authorization": f"Bearer {target.key}"}


def chat(text: str, /, **settings: object) -> dict[str, object]:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **PLAIN, **settings}


def deltas(chunks: list[Any], kind: str) -> list[str]:
    """The pieces of one kind that are not empty: content or reasoning_content."""
    return [piece for chunk in chunks if (piece := chunk["choices"][0]["delta"].get(kind))]


def finish_reason(chunks: list[Any]) -> object:
    return chunks[-1]["choices"][0]["finish_reason"]


@pytest.mark.default_cassette("chat.completions/plain")
def test_an_answer(client: httpx.Client) -> None:
    response = client.post(CHAT, json=chat(EXACT))
    assert response.status_code == 200
    [choice] = response.json()["choices"]
    assert (choice["message"]["content"].lower(), choice["finish_reason"]) == (ANSWER, "stop")


@pytest.mark.default_cassette("chat.completions/reasoning")
def test_reasoning(client: httpx.Client) -> None:
    [choice] = client.post(CHAT, json=chat(SUM, **REASONING)).json()["choices"]
    assert choice["message"]["reasoning_content"]
    assert choice["message"]["content"] == "12"


@pytest.mark.default_cassette("chat.completions/streamed")
def test_a_streamed_answer(client: httpx.Client) -> None:
    with client.stream("POST", CHAT, json=chat(COUNT, stream=True)) as response:
        chunks = events(response)
    assert counted(deltas(chunks, "content"))
    assert finish_reason(chunks) == "stop"


@pytest.mark.default_cassette("chat.completions/streamed-reasoning")
def test_streamed_reasoning(client: httpx.Client) -> None:
    with client.stream("POST", CHAT, json=chat(SUM, stream=True, **REASONING)) as response:
        chunks = events(response)
    assert deltas(chunks, "reasoning_content")
    assert "".join(deltas(chunks, "content")) == "12"
    assert finish_reason(chunks) == "stop"


@pytest.mark.default_cassette("chat.completions/tool-call")
def test_a_tool_call(client: httpx.Client) -> None:
    [choice] = client.post(CHAT, json=chat(ASK, tools=TOOLS, tool_choice="required")).json()["choices"]
    [call] = choice["message"]["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("tide_at", {"port": "Harwich"})
    assert choice["finish_reason"] == "tool_calls"


@pytest.mark.default_cassette("chat.completions/tool-result")
def test_an_answer_from_the_result_of_a_tool(client: httpx.Client) -> None:
    function = {"name": "tide_at", "arguments": '{"port": "Harwich"}'}
    messages = [
        {"role": "user", "content": ASK},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "call_00_sandbox0001", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "call_00_sandbox0001", "content": TIDE},
    ]
    response = client.post(CHAT, json={"model": MODEL, "messages": messages, "tools": TOOLS, **PLAIN})
    assert TIDE in response.json()["choices"][0]["message"]["content"]


@pytest.mark.default_cassette("chat.completions/streamed-tool-call")
def test_a_streamed_tool_call(client: httpx.Client) -> None:
    body = chat(ASK, tools=TOOLS, tool_choice="required", stream=True)
    with client.stream("POST", CHAT, json=body) as response:
        chunks = events(response)
    calls = [call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", ())]
    assert calls[0]["function"]["name"] == "tide_at"
    assert json.loads("".join(call["function"]["arguments"] for call in calls)) == {"port": "Harwich"}
    assert finish_reason(chunks) == "tool_calls"


@pytest.mark.default_cassette("models/plain")
def test_the_models(client: httpx.Client) -> None:
    assert MODEL in [model["id"] for model in client.get(MODELS).json()["data"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        scenario("chat.completions/bad-request", chat(EXACT, response_format={"type": "json_object"}), 400),
        scenario("chat.completions/no-credit", chat(EXACT), 402, sandbox=True),
        scenario("chat.completions/rate-limited", chat(EXACT), 429, sandbox=True),
        scenario("chat.completions/server-error", chat(EXACT), 500, sandbox=True),
        scenario("chat.completions/overloaded", chat(COUNT, stream=True), 503, sandbox=True),
    ],
)
def test_errors(client: httpx.Client, body: object, status: int) -> None:
    response = client.post(CHAT, json=body)
    assert response.status_code == status
    assert response.json()["error"]["message"]
    assert ("retry-after" in response.headers) == (status in {429, 503})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        scenario("chat.completions/unauthorized", "POST", CHAT, chat(EXACT)),
        scenario("models/unauthorized", "GET", MODELS, None),
    ],
)
def test_a_wrong_key(client: httpx.Client, method: str, path: str, body: object) -> None:
    response = client.request(method, path, json=body, headers={"authorization": "Bearer wrong"})
    assert (response.status_code, response.json()["error"]["type"]) == (401, "authentication_error")
