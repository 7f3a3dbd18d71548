"""The google-genai client against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google import genai
from google.genai import errors, types

from tapecheck.serving import CASSETTE_HEADER, FAULT_HEADER
from tests.providers.scenarios import ANSWER, ASK, COUNT, EXACT, PORT, PURPOSE

MODEL = "gemini-2.5-flash"
TIDE_AT = types.Tool.model_validate(
    {"function_declarations": [{"name": "tide_at", "description": PURPOSE, "parameters": PORT}]}
)


@pytest.fixture
def client(url: str) -> Iterator[genai.Client]:
    options = types.HttpOptions(base_url=f"{url}/gemini", timeout=30_000)
    with genai.Client(api_key="sandbox-key", http_options=options) as client:
        yield client


def asking(name: str, value: str, *tools: types.Tool) -> types.GenerateContentConfig:
    """Settings with a header, and tools."""
    return types.GenerateContentConfig(http_options=types.HttpOptions(headers={name: value}), tools=list(tools) or None)


def test_a_recorded_answer(client: genai.Client) -> None:
    answer = client.models.generate_content(model=MODEL, contents=EXACT)
    assert (answer.text or "").lower().strip() == ANSWER


def test_an_answer_that_nobody_recorded(client: genai.Client) -> None:
    answer = client.models.generate_content(model=MODEL, contents="Something new.")
    assert [one.finish_reason for one in answer.candidates or []]


def test_a_recorded_stream(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model=MODEL, contents=COUNT))
    assert len(chunks) > 1
    assert "".join(chunk.text or "" for chunk in chunks).strip() == "one, two, three, four, five"


def test_a_stream_that_nobody_recorded(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model=MODEL, contents="Something new."))
    assert [one.finish_reason for one in chunks[-1].candidates or []]


def test_a_tool_call(client: genai.Client) -> None:
    config = asking(CASSETTE_HEADER, "gemini/generateContent/tool-call", TIDE_AT)
    [call] = client.models.generate_content(model=MODEL, contents=ASK, config=config).function_calls or []
    assert (call.name, call.args) == ("tide_at", {"port": "Harwich"})


def test_an_embedding(client: genai.Client) -> None:
    answer = client.models.embed_content(model="gemini-embedding-001", contents="Something new.")
    assert [one.values for one in answer.embeddings or []]


def test_a_bad_request_is_refused(client: genai.Client) -> None:
    content = types.Content(role="nobody", parts=[types.Part(text=EXACT)])
    with pytest.raises(errors.ClientError, match="The request breaks the contract") as caught:
        client.models.generate_content(model=MODEL, contents=[content])
    assert caught.value.code == 400


def test_a_recorded_error(client: genai.Client) -> None:
    config = asking(CASSETTE_HEADER, "gemini/generateContent/rate-limited")
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=MODEL, contents=EXACT, config=config)
    assert (caught.value.code, caught.value.status) == (429, "RESOURCE_EXHAUSTED")


@pytest.mark.parametrize(("fault", "error"), [("status-429", errors.ClientError), ("status-503", errors.ServerError)])
def test_faults(client: genai.Client, fault: str, error: type[errors.APIError]) -> None:
    with pytest.raises(error):
        client.models.generate_content(model=MODEL, contents=EXACT, config=asking(FAULT_HEADER, fault))
