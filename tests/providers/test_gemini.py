"""Gemini: answers whole, as events and as an array; tokens, embeddings, models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.providers.scenarios import ANSWER, ASK, COUNT, EXACT, PORT, PURPOSE, SUM, TIDE, counted, events, scenario

if TYPE_CHECKING:
    import httpx

    from tests.providers.conftest import Target

pytestmark = pytest.mark.vcr

MODELS = "/v1beta/models"
MODEL = f"{MODELS}/gemini-2.5-flash"
EMBEDDER = "models/gemini-embedding-001"
ANSWERING = f"{MODEL}:generateContent"
ARRAY = f"{MODEL}:streamGenerateContent"
EVENTS = f"{ARRAY}?alt=sse"
EMBEDDING = f"/v1beta/{EMBEDDER}:embedContent"
EMBEDDINGS = f"/v1beta/{EMBEDDER}:batchEmbedContents"
DECLARED = {"tools": [{"functionDeclarations": [{"name": "tide_at", "description": PURPOSE, "parameters": PORT}]}]}
FORCED = {**DECLARED, "toolConfig": {"functionCallingConfig": {"mode": "ANY"}}}
THOUGHTS = {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}
TOO_MANY_THOUGHTS = {"generationConfig": {"thinkingConfig": {"thinkingBudget": 9000000}}}


@pytest.fixture
def credentials(target: Target) -> dict[str, str]:
    return {"x-goog-api-key": target.key}


def turn(text: str, **more: object) -> dict[str, object]:
    return {"parts": [{"text": text}], **more}


def question(text: str, /, **settings: object) -> dict[str, object]:
    return {"contents": [turn(text, role="user")], **settings}


def parts(answers: list[Any]) -> list[Any]:
    return [part for answer in answers for part in answer["candidates"][0]["content"]["parts"]]


def finish_reason(answers: list[Any]) -> object:
    return answers[-1]["candidates"][0]["finishReason"]


@pytest.mark.default_cassette("generateContent/plain")
def test_an_answer(client: httpx.Client) -> None:
    response = client.post(ANSWERING, json=question(EXACT))
    assert response.status_code == 200
    assert [part["text"].lower() for part in parts([response.json()])] == [ANSWER]
    assert finish_reason([response.json()]) == "STOP"


@pytest.mark.default_cassette("generateContent/thinking")
def test_thoughts(client: httpx.Client) -> None:
    thought, answer = parts([client.post(ANSWERING, json=question(SUM, **THOUGHTS)).json()])
    assert thought["thought"] is True
    assert answer["text"] == "12"


@pytest.mark.default_cassette("generateContent/tool-call")
def test_a_tool_call(client: httpx.Client) -> None:
    [part] = parts([client.post(ANSWERING, json=question(ASK, **FORCED)).json()])
    assert (part["functionCall"]["name"], part["functionCall"]["args"]) == ("tide_at", {"port": "Harwich"})


@pytest.mark.default_cassette("generateContent/tool-result")
def test_an_answer_from_the_result_of_a_tool(client: httpx.Client) -> None:
    contents = [
        turn(ASK, role="user"),
        {"role": "model", "parts": [{"functionCall": {"name": "tide_at", "args": {"port": "Harwich"}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "tide_at", "response": {"time": TIDE}}}]},
    ]
    [part] = parts([client.post(ANSWERING, json={"contents": contents, **DECLARED}).json()])
    assert TIDE in part["text"]


@pytest.mark.default_cassette("streamGenerateContent/streamed")
def test_a_stream_of_events(client: httpx.Client) -> None:
    with client.stream("POST", EVENTS, json=question(COUNT)) as response:
        answers = events(response)
    assert counted([part["text"] for part in parts(answers)])
    assert finish_reason(answers) == "STOP"


@pytest.mark.default_cassette("streamGenerateContent/streamed-array")
def test_a_stream_that_is_an_array(client: httpx.Client) -> None:
    response = client.post(ARRAY, json=question(COUNT))
    assert response.headers["content-type"].startswith("application/json")
    assert counted([part["text"] for part in parts(response.json())])
    assert finish_reason(response.json()) == "STOP"


@pytest.mark.default_cassette("streamGenerateContent/streamed-tool-call")
def test_a_streamed_tool_call(client: httpx.Client) -> None:
    with client.stream("POST", EVENTS, json=question(ASK, **FORCED)) as response:
        answers = events(response)
    [call] = [part["functionCall"] for part in parts(answers) if "functionCall" in part]
    assert call["args"] == {"port": "Harwich"}
    assert finish_reason(answers) == "STOP"


@pytest.mark.default_cassette("streamGenerateContent/streamed-thinking")
def test_streamed_thoughts(client: httpx.Client) -> None:
    with client.stream("POST", EVENTS, json=question(SUM, **THOUGHTS)) as response:
        answers = events(response)
    assert any(part.get("thought") for part in parts(answers))
    assert "".join(part["text"] for part in parts(answers) if not part.get("thought")) == "12"


@pytest.mark.default_cassette("countTokens/plain")
def test_counting_tokens(client: httpx.Client) -> None:
    assert client.post(f"{MODEL}:countTokens", json=question(EXACT)).json()["totalTokens"] > 0


@pytest.mark.default_cassette("embedContent/plain")
def test_an_embedding(client: httpx.Client) -> None:
    answer = client.post(EMBEDDING, json={"content": turn("a calm sea"), "outputDimensionality": 8}).json()
    assert len(answer["embedding"]["values"]) == 8


def batch(dimensions: int) -> dict[str, object]:
    texts = ("a calm sea", "a rough sea")
    return {
        "requests": [{"model": EMBEDDER, "content": turn(text), "outputDimensionality": dimensions} for text in texts]
    }


@pytest.mark.default_cassette("batchEmbedContents/plain")
def test_several_embeddings(client: httpx.Client) -> None:
    answer = client.post(EMBEDDINGS, json=batch(8)).json()
    assert [len(embedding["values"]) for embedding in answer["embeddings"]] == [8, 8]


@pytest.mark.default_cassette("models/plain")
def test_the_models(client: httpx.Client) -> None:
    models = client.get(MODELS, params={"pageSize": 2}).json()["models"]
    assert len(models) == 2
    assert all(model["name"].startswith("models/") for model in models)


@pytest.mark.parametrize(
    ("path", "body", "status", "name"),
    [
        scenario("generateContent/bad-request", ANSWERING, question(SUM, **TOO_MANY_THOUGHTS), 400, "INVALID_ARGUMENT"),
        scenario("generateContent/rate-limited", ANSWERING, question(EXACT), 429, "RESOURCE_EXHAUSTED", sandbox=True),
        scenario("generateContent/server-error", ANSWERING, question(EXACT), 500, "INTERNAL", sandbox=True),
        scenario("generateContent/overloaded", ANSWERING, question(EXACT), 503, "UNAVAILABLE", sandbox=True),
        scenario(
            "streamGenerateContent/rate-limited", EVENTS, question(COUNT), 429, "RESOURCE_EXHAUSTED", sandbox=True
        ),
        scenario("countTokens/not-found", f"{MODELS}/no-such-model:countTokens", question(EXACT), 404, "NOT_FOUND"),
        scenario(
            "embedContent/rate-limited",
            EMBEDDING,
            {"content": turn("a calm sea")},
            429,
            "RESOURCE_EXHAUSTED",
            sandbox=True,
        ),
        scenario("batchEmbedContents/bad-request", EMBEDDINGS, batch(99999), 400, "INVALID_ARGUMENT"),
    ],
)
def test_errors(client: httpx.Client, path: str, body: object, status: int, name: str) -> None:
    response = client.post(path, json=body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["status"]) == (status, status, name)
    assert ("retry-after" in response.headers) == (status == 429)


@pytest.mark.sandbox
@pytest.mark.default_cassette("streamGenerateContent/overloaded-array")
def test_the_error_of_an_array_is_an_array(client: httpx.Client) -> None:
    response = client.post(ARRAY, json=question(COUNT))
    assert (response.status_code, response.json()[0]["error"]["status"]) == (503, "UNAVAILABLE")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        scenario("generateContent/unauthorized", "POST", ANSWERING, question(EXACT)),
        scenario("models/unauthorized", "GET", MODELS, None),
    ],
)
def test_a_wrong_key(client: httpx.Client, method: str, path: str, body: object) -> None:
    response = client.request(method, path, json=body, headers={"x-goog-api-key": "wrong"})
    assert (response.status_code, response.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
