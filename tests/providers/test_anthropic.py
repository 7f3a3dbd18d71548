"""Anthropic: messages, counting tokens, models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.providers.scenarios import ANSWER, ASK, COUNT, EXACT, PORT, PURPOSE, SUM, TIDE, counted, events, scenario

if TYPE_CHECKING:
    import httpx

    from tests.providers.conftest import Target

pytestmark = pytest.mark.vcr

MODEL = "claude-haiku-4-5-20251001"
MESSAGES = "/v1/messages"
COUNTING = f"{MESSAGES}/count_tokens"
MODELS = "/v1/models"
TOOLS = [{"name": "tide_at", "description": PURPOSE, "input_schema": PORT}]
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2048}


@pytest.fixture
def credentials(target: Target) -> dict[str, str]:
    return {"x-api-key": target.key, "anthropic-version": "2023-06-01"}


def prompt(*messages: object, **settings: object) -> dict[str, object]:
    """Messages by turns: the user's, the model's, the user's."""
    roles = ("user", "assistant", "user")
    turns = [{"role": role, "content": content} for role, content in zip(roles, messages, strict=False)]
    return {"model": MODEL, "messages": turns, **settings}


def question(text: str, /, **settings: object) -> dict[str, object]:
    return prompt(text, **{"max_tokens": 256, **settings})


def deltas(received: list[Any], kind: str) -> list[str]:
    """The pieces of one kind: text, thinking or partial_json."""
    return [
        event["delta"][kind] for event in received if event["type"] == "content_block_delta" and kind in event["delta"]
    ]


def stop_reason(received: list[Any]) -> object:
    """The reason in a stream that ended properly."""
    assert received[-1] == {"type": "message_stop"}
    return next(event["delta"]["stop_reason"] for event in received if event["type"] == "message_delta")


@pytest.mark.default_cassette("messages/plain")
def test_an_answer(client: httpx.Client) -> None:
    response = client.post(MESSAGES, json=question(EXACT))
    assert response.status_code == 200
    message = response.json()
    assert [block["text"].lower() for block in message["content"]] == [ANSWER]
    assert message["stop_reason"] == "end_turn"


@pytest.mark.default_cassette("messages/streamed")
def test_a_streamed_answer(client: httpx.Client) -> None:
    with client.stream("POST", MESSAGES, json=question(COUNT, stream=True)) as response:
        received = events(response)
    assert counted(deltas(received, "text"))
    assert stop_reason(received) == "end_turn"


@pytest.mark.default_cassette("messages/tool-call")
def test_a_tool_call(client: httpx.Client) -> None:
    message = client.post(MESSAGES, json=question(ASK, tools=TOOLS, tool_choice={"type": "any"})).json()
    [call] = message["content"]
    assert (call["name"], call["input"]) == ("tide_at", {"port": "Harwich"})
    assert message["stop_reason"] == "tool_use"


@pytest.mark.default_cassette("messages/tool-result")
def test_an_answer_from_the_result_of_a_tool(client: httpx.Client) -> None:
    call = {"type": "tool_use", "id": "toolu_sandbox0001", "name": "tide_at", "input": {"port": "Harwich"}}
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": TIDE}
    response = client.post(MESSAGES, json=prompt(ASK, [call], [result], tools=TOOLS, max_tokens=256))
    assert TIDE in response.json()["content"][0]["text"]


@pytest.mark.default_cassette("messages/streamed-tool-call")
def test_a_streamed_tool_call(client: httpx.Client) -> None:
    body = question(f"{ASK} Say what you will do, then use the tool.", tools=TOOLS, stream=True)
    with client.stream("POST", MESSAGES, json=body) as response:
        received = events(response)
    assert json.loads("".join(deltas(received, "partial_json"))) == {"port": "Harwich"}
    assert stop_reason(received) == "tool_use"


@pytest.mark.default_cassette("messages/thinking")
def test_thinking(client: httpx.Client) -> None:
    thought, answer = client.post(MESSAGES, json=question(SUM, **THINKING)).json()["content"]
    assert thought["thinking"]
    assert thought["signature"]
    assert answer["text"] == "12"


@pytest.mark.default_cassette("messages/streamed-thinking")
def test_streamed_thinking(client: httpx.Client) -> None:
    with client.stream("POST", MESSAGES, json=question(SUM, stream=True, **THINKING)) as response:
        received = events(response)
    assert deltas(received, "thinking")
    assert "".join(deltas(received, "text")) == "12"
    assert stop_reason(received) == "end_turn"


@pytest.mark.sandbox
@pytest.mark.default_cassette("messages/streamed-failure")
def test_a_stream_that_breaks_off(client: httpx.Client) -> None:
    with client.stream("POST", MESSAGES, json=question(COUNT, stream=True)) as response:
        *_, last = events(response)
    assert (last["type"], last["error"]["type"]) == ("error", "overloaded_error")


@pytest.mark.default_cassette("messages.count_tokens/plain")
def test_counting_tokens(client: httpx.Client) -> None:
    assert client.post(COUNTING, json=prompt(EXACT)).json()["input_tokens"] > 0


@pytest.mark.default_cassette("models/plain")
def test_the_models(client: httpx.Client) -> None:
    page = client.get(MODELS, params={"limit": 2}).json()
    assert [page["first_id"], page["last_id"]] == [model["id"] for model in page["data"]]


@pytest.mark.default_cassette("models.retrieve/plain")
def test_a_model(client: httpx.Client) -> None:
    assert client.get(f"{MODELS}/{MODEL}").json()["id"] == MODEL


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        scenario("messages/bad-request", MESSAGES, question(EXACT, max_tokens=9000000), 400, "invalid_request_error"),
        scenario("messages/rate-limited", MESSAGES, question(EXACT), 429, "rate_limit_error", sandbox=True),
        scenario("messages/server-error", MESSAGES, question(EXACT), 500, "api_error", sandbox=True),
        scenario("messages/overloaded", MESSAGES, question(COUNT, stream=True), 529, "overloaded_error", sandbox=True),
        scenario(
            "messages.count_tokens/bad-request",
            COUNTING,
            prompt([{"type": "tool_result", "tool_use_id": "toolu_sandbox9999", "content": TIDE}]),
            400,
            "invalid_request_error",
        ),
        scenario("models.retrieve/not-found", f"{MODELS}/no-such-model", None, 404, "not_found_error"),
    ],
)
def test_errors(client: httpx.Client, path: str, body: object, status: int, kind: str) -> None:
    response = client.get(path) if body is None else client.post(path, json=body)
    assert (response.status_code, response.json()["error"]["type"]) == (status, kind)
    assert ("retry-after" in response.headers) == (status == 429)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        scenario("messages/unauthorized", "POST", MESSAGES, question(EXACT)),
        scenario("models/unauthorized", "GET", MODELS, None),
    ],
)
def test_a_wrong_key(client: httpx.Client, method: str, path: str, body: object) -> None:
    response = client.request(method, path, json=body, headers={"x-api-key": "wrong"})
    assert (response.status_code, response.json()["error"]["type"]) == (401, "authentication_error")
