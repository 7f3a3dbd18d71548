from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import httpx2
import pytest
import requests
from hypothesis import settings

from tapecheck.contracts import Contracts, load
from tapecheck.errors import UsageError
from tapecheck.pytest_plugin.any_answer import Generated
from tests.unit.testing.chat import write_contract

Ask = Callable[[], Awaitable[dict[str, object]]]

URL = "https://chat.example/talk"


class RefusedError(Exception):
    """An answer that the code will not have."""


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Contracts:
    return load(write_contract(tmp_path_factory.mktemp("contracts"))).contracts


@pytest.fixture
def generated(contracts: Contracts) -> Generated:
    return Generated(lambda: contracts)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client that is made once: to read the certificates of the system takes longer than all the rest."""
    with httpx.Client() as client:
        yield client


def mood(answer: dict[str, object]) -> int:
    """Break at moods that nobody knows, and only at them."""
    return {"good": 1, "bad": 2}[str(answer.get("mood", "good"))]


def notes(error: pytest.ExceptionInfo[BaseException]) -> str:
    return "\n".join(getattr(error.value, "__notes__", []))


@pytest.mark.parametrize("client", [httpx.Client, httpx2.Client, requests.Session], ids=lambda one: one.__module__)
def test_the_smallest_answer_that_breaks_the_code_is_shown(generated: Generated, client: type[httpx.Client]) -> None:
    with client() as client_of_code, pytest.raises(KeyError) as error:
        generated("chat", "talk", examples=500).check(lambda: mood(client_of_code.post(URL).json()))
    shown = json.loads(notes(error).partition("chat talk answers 200")[2])
    assert shown["text"] == "text"
    assert shown.keys() == {"text", "mood"}


def test_code_that_takes_everything_passes(generated: Generated, client: httpx.Client) -> None:
    answers = []
    generated("chat", "talk", examples=30).check(lambda: answers.append(client.post(URL).json()))
    assert len(answers) == 30
    assert all("text" in answer for answer in answers)


def test_without_surprises_there_are_none(generated: Generated, client: httpx.Client) -> None:
    generated("chat", "talk", surprises=False).check(lambda: mood(client.post(URL).json()))


def test_a_request_for_a_stream_gets_one(generated: Generated, client: httpx.Client) -> None:
    kinds = set()

    def ask() -> None:
        with client.stream("POST", URL, json={"stream": True}, headers={"accept": "text/event-stream"}) as response:
            kinds.add(response.headers["content-type"])
            assert response.read().endswith(b"\n\n")

    generated("chat", "talk", examples=20).check(ask)
    assert kinds == {"text/event-stream"}


def test_an_honest_refusal_is_no_failure(generated: Generated, client: httpx.Client) -> None:
    def ask() -> None:
        if "mood" in client.post(URL).json():
            raise RefusedError

    generated("chat", "talk").check(ask, allowed=(RefusedError,))
    with pytest.raises(RefusedError):
        generated("chat", "talk").check(ask)


@pytest.mark.parametrize(
    ("stream", "kind"),
    [(None, "'chat', so that"), (True, "'chat' for a stream"), (False, "'chat' for an answer in one piece")],
)
def test_code_that_asks_for_nothing_proves_nothing(generated: Generated, stream: bool | None, kind: str) -> None:
    with pytest.raises(UsageError, match=f"the code never asked 'talk' of {kind}"):
        generated("chat", "talk", stream=stream).check(lambda: None)


def test_other_requests_go_on(generated: Generated, client: httpx.Client) -> None:
    def ask() -> None:
        transport = httpx.MockTransport(lambda request: httpx.Response(201))
        with httpx.Client(transport=transport) as other:
            assert other.get("https://other.example").status_code == 201
        client.post(URL)

    generated("chat", "talk", examples=3).check(ask)


def test_code_may_ask_in_another_thread(generated: Generated, client: httpx.Client) -> None:
    def ask() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: mood(client.post(URL).json())).result()

    with pytest.raises(KeyError):
        generated("chat", "talk", examples=500).check(ask)


def test_code_that_hides_every_error_is_found_out(generated: Generated, client: httpx.Client) -> None:
    """What Hypothesis raises to end an example may be caught, and the example is over all the same."""

    def ask() -> None:
        try:
            answer = client.post(URL).json()
        except BaseException:  # noqa: BLE001 - as bad code does
            answer = {}
        mood(answer)

    with pytest.raises(KeyError) as error:
        generated("chat", "talk", examples=500).check(ask)
    assert "chat talk answers 200" in notes(error)


def test_the_profile_says_how_many(generated: Generated, client: httpx.Client) -> None:
    asked = []
    current = settings()
    settings.register_profile("seven", max_examples=7)
    settings.load_profile("seven")
    try:
        generated("chat", "talk").check(lambda: asked.append(client.post(URL)))
    finally:
        settings.register_profile("before", current)
        settings.load_profile("before")
    assert len(asked) == 7


def test_nothing_is_written(
    generated: Generated, client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyError):
        generated("chat", "talk", examples=500).check(lambda: mood(client.post(URL).json()))
    assert list(tmp_path.iterdir()) == []


def test_what_there_is_not_is_said(generated: Generated) -> None:
    with pytest.raises(UsageError, match="no operation 'talks'"):
        generated("chat", "talks")


@pytest.fixture
async def ask(anyio_backend: str) -> AsyncIterator[Ask]:
    async with httpx.AsyncClient() as client:

        async def ask() -> dict[str, object]:
            answer: dict[str, object] = (await client.post(URL)).json()
            return answer

        yield ask


@pytest.mark.anyio
async def test_what_is_awaited_runs_in_the_loop_of_the_test(generated: Generated, ask: Ask) -> None:
    loops = set()

    async def code() -> None:
        loops.add(asyncio.get_running_loop())
        assert "text" in await ask()

    await generated("chat", "talk", examples=20).check_async(code)
    assert loops == {asyncio.get_running_loop()}


@pytest.mark.anyio
async def test_the_smallest_that_breaks_what_is_awaited(generated: Generated, ask: Ask) -> None:
    async def code() -> None:
        mood(await ask())

    with pytest.raises(KeyError) as error:
        await generated("chat", "talk", examples=500).check_async(code)
    assert "chat talk answers 200" in notes(error)


@pytest.mark.anyio
async def test_a_test_that_gives_up_is_not_held(generated: Generated, ask: Ask) -> None:
    begun, asked = asyncio.Event(), []

    async def code() -> None:
        asked.append(await ask())
        begun.set()
        await asyncio.Event().wait()

    checking = asyncio.ensure_future(generated("chat", "talk").check_async(code))
    await begun.wait()
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    await asyncio.get_running_loop().shutdown_default_executor()
    assert len(asked) == 1
