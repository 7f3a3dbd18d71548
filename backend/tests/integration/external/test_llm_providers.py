"""OpenAI, Anthropic, DeepSeek and Gemini as they are on our cassettes, asked through `POST /api/agent/chat`.

What the service sends is compared with what is on the cassette, the body included. Not asked for, since our API has no
words for it: answers to the results of tools (`tool-result`), and streams that are JSON arrays (Gemini's `…-array`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from backend.llm.accounts import sandbox_accounts
from backend.providers.registry import PROVIDERS
from backend.tests.chatting import KEY, SETTINGS, TOOLS, Asking, Service, events, problem, text, whole
from backend.tests.unit.providers.tapes import ASK, COUNT, EXACT, SUM
from tapecheck.testing import stand_in

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet
    from vcr.cassette import Cassette

    from backend.tests.virtual_clock import VirtualClock

pytestmark = [pytest.mark.anyio, pytest.mark.block_network]

MUST_CALL: dict[str, object] = {"tools": TOOLS, "tool_choice": "required"}
TOOL_CALL = "streamed-tool-call"
TOKENS = {
    "anthropic": (("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"), ("output_tokens",)),
    "deepseek": (("prompt_tokens",), ("completion_tokens",)),
    "gemini": (("promptTokenCount",), ("candidatesTokenCount", "thoughtsTokenCount")),
    "openai": (("prompt_tokens",), ("completion_tokens",)),
}
"""Of which counts the tokens of the question and those of the answer are the sums."""


def replay(provider: str, scenario: str, *values: object, streamed: bool = False) -> ParameterSet:
    """Return a provider and other parameters of a test, with the cassette to replay."""
    operations = {"anthropic": "messages", "gemini": "streamGenerateContent" if streamed else "generateContent"}
    cassette = f"{provider}/{operations.get(provider, 'chat.completions')}/{scenario}"
    mark = pytest.mark.default_cassette(cassette)
    return pytest.param(provider, *values, id=cassette.replace("/", "-"), marks=mark)


def replays(scenario: str, *, streamed: bool = False) -> list[ParameterSet]:
    """Return all providers; each has a cassette of this name."""
    return [replay(provider, scenario, streamed=streamed) for provider in PROVIDERS]


def words(tape: Cassette) -> str:
    """Return what a provider says of a failure."""
    said: str = json.loads(tape.responses[0]["body"]["string"])["error"]["message"]
    return said


def wait(tape: Cassette) -> str | None:
    """Return how long a provider wants to be left alone."""
    values: list[str] = tape.responses[0]["headers"].get("retry-after", [])
    return values[0] if values else None


def usage(tape: Cassette, provider: str) -> dict[str, int]:
    """Return the tokens that a provider counted; in a stream the last counts."""
    body = tape.responses[0]["body"]["string"].decode()

    def total(names: tuple[str, ...]) -> int:
        found = (re.findall(rf'"{name}":\s*(\d+)', body) for name in names)
        return sum(int(numbers[-1]) for numbers in found if numbers)

    questions, answers = TOKENS[provider]
    return {"input_tokens": total(questions), "output_tokens": total(answers)}


# --- one provider after the other ------------------------------------------------------------------------------------


async def check_integration(backend: Asking, tape: Cassette, provider: str) -> None:
    response = await backend.ask(EXACT, provider, **SETTINGS[provider])
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer == {
        "message": "calm clear morning",
        "provider": provider,
        "model": answer["model"],
        "finish_reason": "stop",
        "usage": usage(tape, provider),
        "tool_calls": [],
    }
    assert answer["model"].startswith(PROVIDERS[provider].default_model)
    assert answer["usage"]["output_tokens"] > 0


@pytest.mark.vcr
@pytest.mark.default_cassette("openai/chat.completions/plain")
async def test_openai_integration(backend: Asking, tape: Cassette) -> None:
    await check_integration(backend, tape, "openai")


@pytest.mark.vcr
@pytest.mark.default_cassette("anthropic/messages/plain")
async def test_anthropic_integration(backend: Asking, tape: Cassette) -> None:
    await check_integration(backend, tape, "anthropic")


@pytest.mark.vcr
@pytest.mark.default_cassette("deepseek/chat.completions/plain")
async def test_deepseek_integration(backend: Asking, tape: Cassette) -> None:
    await check_integration(backend, tape, "deepseek")


@pytest.mark.vcr
@pytest.mark.default_cassette("gemini/generateContent/plain")
async def test_gemini_integration(backend: Asking, tape: Cassette) -> None:
    await check_integration(backend, tape, "gemini")


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_an_llm_provider_is_called(
    anyio_backend: str, database_url: str, redis_url: str, clock: VirtualClock, provider: str
) -> None:
    """Nobody recorded what it answers to "Hello": a stand-in checks the request, and answers as the contract says."""
    lines: list[str] = []
    with stand_in(log=lines.append) as url:
        known = sandbox_accounts(PROVIDERS, url)
        service = Service(database_url=database_url, redis_url=redis_url, clock=clock, accounts=known)
        async with service.running() as backend:
            response = await backend.ask("Hello", provider)
    assert response.status_code == 200, response.text
    assert response.json()["message"]
    [line] = lines
    assert line.endswith("generated")


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.vcr
@pytest.mark.parametrize("provider", replays("streamed", streamed=True))
async def test_a_streamed_answer(backend: Asking, tape: Cassette, provider: str) -> None:
    response = await backend.ask(COUNT, provider, stream=True, **SETTINGS[provider])
    answer = whole(response, provider)
    assert answer["message"].lower() == "one, two, three, four, five"
    assert answer["finish_reason"] == "stop"
    assert answer["usage"] == usage(tape, provider)
    assert answer["tool_calls"] == []
    assert len(events(response)) > 3, "start, end, and more than one piece"


@pytest.mark.vcr
@pytest.mark.parametrize("provider", replays("tool-call"))
async def test_a_tool_call(backend: Asking, tape: Cassette, provider: str) -> None:
    response = await backend.ask(ASK, provider, **MUST_CALL, **SETTINGS[provider])
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["finish_reason"] == "tool_calls"
    assert answer["usage"] == usage(tape, provider)
    assert calls(answer) == [("tide_at", {"port": "Harwich"})]


@pytest.mark.vcr
@pytest.mark.parametrize(
    ("provider", "message", "tools"),
    [
        replay("anthropic", TOOL_CALL, f"{ASK} Say what you will do, then use the tool.", {"tools": TOOLS}),
        replay("deepseek", TOOL_CALL, ASK, MUST_CALL),
        replay("gemini", TOOL_CALL, ASK, MUST_CALL, streamed=True),
        replay("openai", TOOL_CALL, ASK, MUST_CALL),
    ],
)
async def test_a_streamed_tool_call(
    backend: Asking, tape: Cassette, provider: str, message: str, tools: dict[str, object]
) -> None:
    answer = whole(await backend.ask(message, provider, stream=True, **tools, **SETTINGS[provider]), provider)
    assert answer["finish_reason"] == "tool_calls"
    assert answer["usage"] == usage(tape, provider)
    assert calls(answer) == [("tide_at", {"port": "Harwich"})]


@pytest.mark.vcr
@pytest.mark.default_cassette("openai/chat.completions/streamed-tool-calls")
async def test_several_tool_calls_in_one_stream(backend: Asking) -> None:
    message = "When is high tide in Harwich and in Dover? Ask for both at once."
    answer = whole(await backend.ask(message, "openai", stream=True, **MUST_CALL, **SETTINGS["openai"]), "openai")
    assert calls(answer) == [("tide_at", {"port": "Harwich"}), ("tide_at", {"port": "Dover"})]
    assert len({call["id"] for call in answer["tool_calls"]}) == 2


@pytest.mark.vcr
@pytest.mark.parametrize(
    "provider", [replay("anthropic", "thinking"), replay("deepseek", "reasoning"), replay("gemini", "thinking")]
)
async def test_thoughts_are_no_part_of_an_answer(backend: Asking, tape: Cassette, provider: str) -> None:
    response = await backend.ask(SUM, provider, thinking=True)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["message"] == "12"
    assert answer["usage"] == usage(tape, provider)


@pytest.mark.vcr
@pytest.mark.parametrize(
    "provider",
    [
        replay("anthropic", "streamed-thinking"),
        replay("deepseek", "streamed-reasoning"),
        replay("gemini", "streamed-thinking", streamed=True),
    ],
)
async def test_thoughts_are_no_part_of_a_stream(backend: Asking, tape: Cassette, provider: str) -> None:
    answer = whole(await backend.ask(SUM, provider, stream=True, thinking=True), provider)
    assert answer["message"] == "12"
    assert answer["usage"] == usage(tape, provider)


def calls(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    assert all(call["id"] for call in answer["tool_calls"])
    return [(call["name"], json.loads(call["arguments"])) for call in answer["tool_calls"]]


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.vcr
@pytest.mark.parametrize("provider", [replay(name, "unauthorized") for name in ("anthropic", "deepseek", "openai")])
async def test_unauthorized(backend: Asking, provider: str) -> None:
    response = await backend.ask(EXACT, provider, **SETTINGS[provider])
    expected = f"{provider} rejects the key (401): look at {provider.upper()}_API_KEY"
    assert problem(response, 502) == expected


@pytest.mark.vcr
@pytest.mark.default_cassette("gemini/generateContent/unauthorized")
async def test_unauthorized_is_a_bad_request_to_gemini(backend: Asking, tape: Cassette) -> None:
    response = await backend.ask(EXACT, "gemini")
    assert problem(response, 502) == f"gemini answered 400: {words(tape)}"


@pytest.mark.contracts(ignore="TC401", reason="our API refuses the bad requests on the cassettes by itself")
@pytest.mark.vcr(match_on=("method", "scheme", "host", "port", "path", "query"))
@pytest.mark.parametrize("provider", replays("bad-request"))
async def test_bad_request(backend: Asking, tape: Cassette, provider: str) -> None:
    response = await backend.ask(EXACT, provider)
    assert problem(response, 502) == f"{provider} answered 400: {words(tape)}"


@pytest.mark.vcr
@pytest.mark.parametrize("provider", replays("rate-limited"))
async def test_rate_limited(backend: Asking, tape: Cassette, provider: str) -> None:
    response = await backend.ask(EXACT, provider, **SETTINGS[provider])
    assert problem(response, 429) == f"{provider} answered 429: {words(tape)}"
    assert response.headers["retry-after"] == wait(tape)


@pytest.mark.vcr
@pytest.mark.default_cassette("gemini/streamGenerateContent/rate-limited")
async def test_rate_limited_before_a_stream(backend: Asking, tape: Cassette) -> None:
    response = await backend.ask(COUNT, "gemini", stream=True)
    assert problem(response, 429) == f"gemini answered 429: {words(tape)}"
    assert response.headers["retry-after"] == wait(tape)


@pytest.mark.vcr
@pytest.mark.parametrize("provider", replays("server-error"))
async def test_server_error(backend: Asking, tape: Cassette, provider: str) -> None:
    response = await backend.ask(EXACT, provider, **SETTINGS[provider])
    assert problem(response, 502) == f"{provider} answered 500: {words(tape)}"


@pytest.mark.vcr
@pytest.mark.default_cassette("gemini/generateContent/overloaded")
async def test_overloaded(backend: Asking, tape: Cassette) -> None:
    response = await backend.ask(EXACT, "gemini")
    assert problem(response, 502) == f"gemini answered 503: {words(tape)}"


@pytest.mark.vcr
@pytest.mark.parametrize(
    ("provider", "status"),
    [
        replay("anthropic", "overloaded", 529),
        replay("deepseek", "overloaded", 503),
        replay("openai", "unavailable", 503),
    ],
)
async def test_overloaded_before_a_stream(backend: Asking, tape: Cassette, provider: str, status: int) -> None:
    response = await backend.ask(COUNT, provider, stream=True, **SETTINGS[provider])
    assert problem(response, 502) == f"{provider} answered {status}: {words(tape)}"
    assert response.headers.get("retry-after") == wait(tape)


@pytest.mark.vcr
@pytest.mark.default_cassette("deepseek/chat.completions/no-credit")
async def test_no_credit(backend: Asking, tape: Cassette) -> None:
    response = await backend.ask(EXACT, "deepseek", **SETTINGS["deepseek"])
    assert problem(response, 502) == f"deepseek answered 402: {words(tape)}"


@pytest.mark.vcr
@pytest.mark.parametrize("provider", [replay("anthropic", "streamed-failure"), replay("openai", "streamed-failure")])
async def test_a_stream_that_fails_says_so(backend: Asking, provider: str) -> None:
    response = await backend.ask(COUNT, provider, stream=True, **SETTINGS[provider])
    (begun, _), *pieces, (ended, failure) = events(response)
    assert (begun, ended) == ("start", "error")
    assert failure["status"] == 502
    assert failure["partial"] == text(pieces)
    assert "one, two, three, four, five".startswith(failure["partial"])
    assert KEY not in response.text
