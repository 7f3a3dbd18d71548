"""How answers are replayed: what is tried again, and that nothing is replayed but what other services said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
import vcr as vcrpy
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from backend.tests.application import HOST
from backend.tests.chatting import SETTINGS, Service, events, problem, whole
from backend.tests.unit.providers.tapes import CASSETTES, COUNT, EXACT

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from vcr.cassette import Cassette

pytestmark = [pytest.mark.anyio, pytest.mark.block_network]

PLAIN = str(CASSETTES / "openai/chat.completions/plain.yaml")
STREAMED = str(CASSETTES / "openai/chat.completions/streamed.yaml")


# --- retries ---------------------------------------------------------------------------------------------------------


@pytest.mark.vcr(PLAIN)
@pytest.mark.default_cassette("openai/chat.completions/rate-limited")
async def test_a_rate_limit_is_waited_for(service: Service, tape: Cassette) -> None:
    async with service.running(retries=1) as backend:
        response = await backend.ask(EXACT, "openai", **SETTINGS["openai"])
    assert response.json()["message"] == "calm clear morning"
    assert service.clock.slept == [float(tape.responses[0]["headers"]["retry-after"][0])]
    assert tape.all_played
    assert tape.play_count == 2
    assert len(backend.asked) == 1


@pytest.mark.vcr(STREAMED)
@pytest.mark.default_cassette("openai/chat.completions/unavailable")
async def test_a_stream_is_tried_again_before_it_begins(service: Service, tape: Cassette) -> None:
    async with service.running(retries=1) as backend:
        response = await backend.ask(COUNT, "openai", stream=True, **SETTINGS["openai"])
    assert whole(response, "openai")["finish_reason"] == "stop"
    assert service.clock.slept == [float(tape.responses[0]["headers"]["retry-after"][0])]
    assert tape.all_played


@pytest.mark.vcr(PLAIN)
@pytest.mark.default_cassette("openai/chat.completions/unauthorized")
async def test_a_refusal_is_not_tried_again(service: Service, tape: Cassette) -> None:
    async with service.running(retries=5) as backend:
        problem(await backend.ask(EXACT, "openai", **SETTINGS["openai"]), 502)
    assert service.clock.slept == []
    assert tape.play_count == 1


@pytest.mark.vcr(STREAMED)
@pytest.mark.default_cassette("openai/chat.completions/streamed-failure")
async def test_a_stream_is_not_tried_again_when_it_has_begun(service: Service, tape: Cassette) -> None:
    async with service.running(retries=5) as backend:
        response = await backend.ask(COUNT, "openai", stream=True, **SETTINGS["openai"])
    assert events(response)[-1][0] == "error"
    assert service.clock.slept == []
    assert tape.play_count == 1


# --- what is on tape, and what is not --------------------------------------------------------------------------------


@pytest.mark.vcr
@pytest.mark.default_cassette("openai/chat.completions/plain")
async def test_the_service_itself_is_not_replayed(service: Service, tape: Cassette) -> None:
    async with service.running() as backend:
        unknown = await backend.ask(EXACT, "openai", **SETTINGS["openai"], agent_id="agt_unknown")
        assert "agt_unknown" in problem(unknown, 404), "the agents in PostgreSQL decide"
        assert tape.play_count == 0
        known = await backend.ask(EXACT, "openai", **SETTINGS["openai"])
        assert known.status_code == 200
    assert backend.asked == ["POST", "POST"]
    assert tape.play_count == 1


@pytest.mark.vcr
@pytest.mark.default_cassette("openai/chat.completions/plain")
@pytest.mark.parametrize(
    ("message", "settings"),
    [
        ("Reply with other words", SETTINGS["openai"]),
        (EXACT, {"temperature": 0.5}),
        (EXACT, {**SETTINGS["openai"], "model": "gpt-4.1"}),
    ],
)
async def test_another_question_finds_nothing_on_tape(
    service: Service, tape: Cassette, message: str, settings: dict[str, object]
) -> None:
    async with service.running() as backend:
        response = await backend.ask(message, "openai", **settings)
    assert response.status_code == 500
    assert tape.play_count == 0


@pytest.mark.contracts(ignore="TC403", reason="this is how the finding comes about")
async def test_vcrpy_takes_the_service_for_another_one_unless_told(anyio_backend: str, tmp_path: Path) -> None:
    """It is why `vcr_config` ignores our host: without, a service that is broken stays green."""
    answers = ["whole", "broken"]

    async def answer(request: Request) -> JSONResponse:
        return JSONResponse(answers.pop(0))

    recorder = vcrpy.VCR(cassette_library_dir=str(tmp_path), record_mode="once")
    app = Starlette(routes=[Route("/", answer)])

    async def ask() -> object:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            return (await client.get("/")).json()

    for _ in range(2):
        with recorder.use_cassette("own.yaml"):
            assert await ask() == "whole"
    assert answers == ["broken"], "the second answer came off the tape"
    with recorder.use_cassette("none.yaml", ignore_hosts=[HOST]):
        assert await ask() == "broken"
    assert not (tmp_path / "none.yaml").exists()
