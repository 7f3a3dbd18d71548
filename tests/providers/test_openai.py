"""OpenAI: chat completions, responses, embeddings, models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.providers.scenarios import ANSWER, ASK, COUNT, EXACT, PORT, PURPOSE, TIDE, counted, events, scenario

if TYPE_CHECKING:
    import httpx

    from tests.providers.conftest import Target

pytestmark = pytest.mark.vcr

MODEL = "gpt-4.1-mini"
CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
EMBEDDINGS = "/v1/embeddings"
EMBEDDING = {"model": "text-embedding-3-small", "input": ["a calm sea", "a rough sea"], "encoding_format": "float"}
JSON = {"type": "json_object"}  # refused where the question does not speak of it
STRICT = {**PORT, "additionalProperties": False}
FUNCTION = {"name": "tide_at", "description": PURPOSE, "parameters": STRICT, "strict": True}
TOOLS = {"tools": [{"type": "function", "function": FUNCTION}], "tool_choice": "required"}
RESPONSES_TOOLS = {"tools": [{"type": "function", **FUNCTION}], "tool_choice": {"type": "function", "name": "tide_at"}}


@pytest.fixture
def credentials(target: Target) -> dict[str, str]:
    return {"authorization": f"Bearer {target.key}"}


def chat(text: str, /, **settings: object) -> dict[str, object]:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "temperature": 0, **settings}


def streamed_chat(text: str, **settings: object) -> dict[str, object]:
    return chat(text, stream=True, stream_options={"include_usage": True, "include_obfuscation": False}, **settings)


def question(text: str, /, **settings: object) -> dict[str, object]:
    return {"model": MODEL, "input": text, "temperature": 0, **settings}


def deltas(chunks: list[Any]) -> list[Any]:
    return [choice["delta"] for chunk in chunks for choice in chunk["choices"]]


def reasons(chunks: list[Any]) -> list[str]:
    return [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"] if choice["finish_reason"]]


def arguments(chunks: list[Any]) -> list[Any]:
    """The arguments of the calls in a stream, in the order of their indexes."""
    calls: dict[int, str] = {}
    for delta in deltas(chunks):
        for call in delta.get("tool_calls", ()):
            calls[call["index"]] = calls.get(call["index"], "") + call["function"]["arguments"]
    return [json.loads(text) for text in calls.values()]


@pytest.mark.default_cassette("chat.completions/plain")
def test_an_answer(client: httpx.Client) -> None:
    response = client.post(CHAT, json=chat(EXACT))
    assert response.status_code == 200
    [choice] = response.json()["choices"]
    assert choice["message"]["content"].lower() == ANSWER
    assert choice["finish_reason"] == "stop"


@pytest.mark.default_cassette("chat.completions/streamed")
def test_a_streamed_answer(client: httpx.Client) -> None:
    with client.stream("POST", CHAT, json=streamed_chat(COUNT)) as response:
        chunks = events(response)
    assert counted([delta["content"] for delta in deltas(chunks) if delta.get("content")])
    assert reasons(chunks) == ["stop"]
    assert chunks[-1]["usage"]["completion_tokens"] > 0


@pytest.mark.default_cassette("chat.completions/tool-call")
def test_a_tool_call(client: httpx.Client) -> None:
    [choice] = client.post(CHAT, json=chat(ASK, **TOOLS)).json()["choices"]
    [call] = choice["message"]["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("tide_at", {"port": "Harwich"})


@pytest.mark.default_cassette("chat.completions/tool-result")
def test_an_answer_from_the_result_of_a_tool(client: httpx.Client) -> None:
    call = {
        "id": "call_sandbox0001",
        "type": "function",
        "function": {"name": "tide_at", "arguments": '{"port":"Harwich"}'},
    }
    messages = [
        {"role": "user", "content": ASK},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": TIDE},
    ]
    response = client.post(CHAT, json={"model": MODEL, "messages": messages, "tools": TOOLS["tools"], "temperature": 0})
    assert TIDE in response.json()["choices"][0]["message"]["content"]


@pytest.mark.default_cassette("chat.completions/streamed-tool-call")
def test_a_streamed_tool_call(client: httpx.Client) -> None:
    with client.stream("POST", CHAT, json=streamed_chat(ASK, **TOOLS)) as response:
        chunks = events(response)
    assert arguments(chunks) == [{"port": "Harwich"}]
    assert reasons(chunks) == ["tool_calls"]


@pytest.mark.default_cassette("chat.completions/streamed-tool-calls")
def test_two_streamed_tool_calls(client: httpx.Client) -> None:
    ask = "When is high tide in Harwich and in Dover? Ask for both at once."
    with client.stream("POST", CHAT, json=streamed_chat(ask, **TOOLS)) as response:
        chunks = events(response)
    assert arguments(chunks) == [{"port": "Harwich"}, {"port": "Dover"}]


@pytest.mark.sandbox
@pytest.mark.default_cassette("chat.completions/streamed-failure")
def test_a_stream_that_breaks_off(client: httpx.Client) -> None:
    with client.stream("POST", CHAT, json=streamed_chat(COUNT)) as response:
        *chunks, last = events(response)
    assert reasons(chunks) == []
    assert last["error"]["type"] == "server_error"


@pytest.mark.default_cassette("responses/plain")
def test_a_response(client: httpx.Client) -> None:
    answer = client.post(RESPONSES, json=question(EXACT)).json()
    assert answer["output"][0]["content"][0]["text"].lower() == ANSWER
    assert answer["status"] == "completed"


@pytest.mark.default_cassette("responses/streamed")
def test_a_streamed_response(client: httpx.Client) -> None:
    with client.stream("POST", RESPONSES, json=question(COUNT, stream=True)) as response:
        received = events(response)
    assert counted([event["delta"] for event in received if event["type"] == "response.output_text.delta"])
    assert received[-1]["type"] == "response.completed"


@pytest.mark.default_cassette("responses/tool-call")
def test_a_tool_call_in_a_response(client: httpx.Client) -> None:
    [call] = client.post(RESPONSES, json=question(ASK, **RESPONSES_TOOLS)).json()["output"]
    assert (call["name"], json.loads(call["arguments"])) == ("tide_at", {"port": "Harwich"})


@pytest.mark.default_cassette("responses/streamed-tool-call")
def test_a_tool_call_in_a_streamed_response(client: httpx.Client) -> None:
    with client.stream("POST", RESPONSES, json=question(ASK, stream=True, **RESPONSES_TOOLS)) as response:
        received = events(response)
    pieces = [event["delta"] for event in received if event["type"] == "response.function_call_arguments.delta"]
    assert json.loads("".join(pieces)) == {"port": "Harwich"}
    assert received[-1]["type"] == "response.completed"


@pytest.mark.sandbox
@pytest.mark.default_cassette("responses/streamed-failure")
def test_a_streamed_response_that_fails(client: httpx.Client) -> None:
    with client.stream("POST", RESPONSES, json=question(COUNT, stream=True)) as response:
        last = events(response)[-1]
    assert (last["type"], last["response"]["error"]["code"]) == ("response.failed", "server_error")


@pytest.mark.sandbox  # a provider knows its own ids only
@pytest.mark.default_cassette("responses.retrieve/plain")
def test_a_response_read_again(client: httpx.Client) -> None:
    answer = client.get(f"{RESPONSES}/resp_sandbox0001").json()
    assert answer["output"][0]["content"][0]["text"] == ANSWER


@pytest.mark.default_cassette("embeddings/plain")
def test_embeddings(client: httpx.Client) -> None:
    vectors = client.post(EMBEDDINGS, json={**EMBEDDING, "dimensions": 8}).json()["data"]
    assert [(vector["index"], len(vector["embedding"])) for vector in vectors] == [(0, 8), (1, 8)]


@pytest.mark.default_cassette("models/plain")
def test_the_models(client: httpx.Client) -> None:
    assert MODEL in [model["id"] for model in client.get("/v1/models").json()["data"]]


@pytest.mark.default_cassette("models.retrieve/plain")
def test_a_model(client: httpx.Client) -> None:
    assert client.get(f"/v1/models/{MODEL}").json()["id"] == MODEL


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        scenario("chat.completions/bad-request", CHAT, chat(EXACT, response_format=JSON), 400, None),
        scenario("chat.completions/rate-limited", CHAT, chat(EXACT), 429, "rate_limit_exceeded", sandbox=True),
        scenario("chat.completions/server-error", CHAT, chat(EXACT), 500, None, sandbox=True),
        scenario("chat.completions/unavailable", CHAT, streamed_chat(COUNT), 503, None, sandbox=True),
        scenario("responses/bad-request", RESPONSES, question(EXACT, text={"format": JSON}), 400, None),
        scenario("responses/rate-limited", RESPONSES, question(EXACT), 429, "rate_limit_exceeded", sandbox=True),
        scenario("responses/server-error", RESPONSES, question(EXACT), 500, None, sandbox=True),
        scenario("responses.retrieve/not-found", f"{RESPONSES}/resp_sandbox9999", None, 404, None),
        scenario("embeddings/bad-request", EMBEDDINGS, {**EMBEDDING, "dimensions": 99999}, 400, None),
        scenario("embeddings/rate-limited", EMBEDDINGS, EMBEDDING, 429, "rate_limit_exceeded", sandbox=True),
        scenario("models.retrieve/not-found", "/v1/models/no-such-model", None, 404, "model_not_found"),
    ],
)
def test_errors(client: httpx.Client, path: str, body: object, status: int, code: str | None) -> None:
    response = client.get(path) if body is None else client.post(path, json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert ("retry-after" in response.headers) == (status in {429, 503})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        scenario("chat.completions/unauthorized", "POST", CHAT, chat(EXACT)),
        scenario("models/unauthorized", "GET", "/v1/models", None),
    ],
)
def test_a_wrong_key(client: httpx.Client, method: str, path: str, body: object) -> None:
    response = client.request(method, path, json=body, headers={"authorization": "Bearer wrong"})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "invalid_api_key")
