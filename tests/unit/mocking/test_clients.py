from __future__ import annotations

import asyncio
from collections.abc import Callable
from unittest.mock import AsyncMock, MagicMock, Mock, patch

import aiohttp
import httpx
import httpx2
import pytest
import requests

from tapecheck.model import Code
from tests.unit.mocking.conftest import BAD, GOOD, URL, Session


def judged(session: Session, test: Callable[[], object]) -> list[str | None]:
    """Paths that mocked answers are wrong at."""
    return [one.instance_path for one in session.run(test) if one.code is Code.MOCKED_ANSWER]


@pytest.mark.parametrize("url", [URL, httpx.URL(URL)], ids=["text", "URL"])
def test_a_function_with_a_mock_as_its_answer(session: Session, url: str) -> None:
    def test() -> None:
        with patch("httpx.post", autospec=True) as post:
            post.return_value.json.return_value = BAD
            post.return_value.status_code = 200
            assert httpx.post(url, json={"text": "hello"}).json() == BAD

    [found] = session.run(test)
    assert (found.code, found.instance_path) == (Code.MOCKED_ANSWER, "/id")
    assert found.message.startswith("the mock of httpx.post answers talk say: ")


def real_answer() -> None:
    with patch("httpx.post", autospec=True, return_value=httpx.Response(200, json=BAD)):
        httpx.post(URL)


def url_by_name() -> None:
    with patch("httpx2.post", autospec=True, return_value=httpx2.Response(200, json=BAD)):
        httpx2.post(url=URL, content=b"{}")


def method_by_name() -> None:
    with patch.object(requests.Session, "request", autospec=True) as request:
        request.return_value = Mock(spec=requests.Response, status_code=200, text='{"id": 1}')
        requests.Session().request(method="post", url=URL, data="{}")


def method_first() -> None:
    with patch("requests.request", autospec=True) as request:
        request.return_value = Mock(spec=requests.Response, status_code=200, content=b'{"id": 1}')
        requests.request("POST", URL, timeout=1)


def json_as_a_mock() -> None:
    with patch("requests.post", autospec=True) as post:
        post.return_value = Mock(json=Mock(return_value=BAD))
        requests.post(URL, timeout=1)


def asynchronous() -> None:
    async def ask() -> None:
        async with httpx.AsyncClient() as client:
            await client.post(URL)

    with patch.object(httpx.AsyncClient, "post", autospec=True) as post:
        post.return_value = Mock(json=Mock(return_value=BAD), status_code=200)
        asyncio.run(ask())


def whole_client() -> None:
    with patch("httpx.Client", autospec=True) as client:
        client.return_value.__enter__.return_value.post.return_value.json.return_value = BAD
        with httpx.Client() as opened:
            opened.post(URL)


def whole_asynchronous_client() -> None:
    async def ask() -> None:
        async with httpx.AsyncClient() as client:
            await client.post(URL)

    with patch("httpx.AsyncClient") as client:
        client.return_value.__aenter__.return_value.post = AsyncMock(return_value=httpx.Response(200, json=BAD))
        asyncio.run(ask())


def aiohttp_session() -> None:
    async def ask() -> None:
        async with aiohttp.ClientSession() as opened, opened.post(URL, json={}) as answer:
            await answer.json()

    with patch("aiohttp.ClientSession.post") as post:
        post.return_value.__aenter__.return_value = MagicMock(status=200, json=AsyncMock(return_value=BAD))
        asyncio.run(ask())


@pytest.mark.parametrize(
    "test",
    [
        real_answer,
        url_by_name,
        method_by_name,
        method_first,
        json_as_a_mock,
        asynchronous,
        whole_client,
        whole_asynchronous_client,
        aiohttp_session,
    ],
)
def test_an_answer_that_the_contract_forbids_is_told_of(session: Session, test: Callable[[], None]) -> None:
    assert judged(session, test) == ["/id"]


def elsewhere() -> None:
    with patch("httpx.post", return_value=httpx.Response(200, json=BAD)):
        httpx.post("https://elsewhere.example/v1/say")


def right() -> None:
    with patch("httpx.post", return_value=httpx.Response(200, json=GOOD)):
        httpx.post(URL)


def nothing_said() -> None:
    with patch("httpx.post") as post:
        httpx.post(URL)
        post.return_value.raise_for_status()


def unknown_by_now() -> None:
    with patch("httpx.post", side_effect=[httpx.Response(200, json=BAD)]):
        httpx.post(URL)


def no_json() -> None:
    with patch("httpx.post") as post:
        post.return_value.json.return_value = {"id": Mock()}
        httpx.post(URL)


def no_request() -> None:
    with patch("httpx.Client.close") as close:
        close.return_value = httpx.Response(200, json=BAD)
        httpx.Client().close()


def without_a_host() -> None:
    with patch("httpx.Client.post", return_value=httpx.Response(200, json=BAD)):
        httpx.Client(base_url="https://api.talk.example").post("/v1/say")


def no_client() -> None:
    with patch("json.dumps", return_value=httpx.Response(200, json=BAD)) as dumps:
        dumps.post(URL)


@pytest.mark.parametrize(
    "test", [elsewhere, right, nothing_said, unknown_by_now, no_json, no_request, without_a_host, no_client]
)
def test_what_is_right_or_nobody_knows_is_not_told_of(session: Session, test: Callable[[], None]) -> None:
    assert judged(session, test) == []


def test_the_mock_is_left_as_it_was(session: Session) -> None:
    """Looking at a mock may neither call it nor make children that a test would see."""

    def test() -> None:
        with patch("httpx.Client") as client:
            httpx.Client().post(URL)
            seen.append((client, list(client.mock_calls), dir(client.return_value.post.return_value)))

    seen: list[tuple[MagicMock, list[object], list[str]]] = []
    session.run(test)
    client, calls, names = seen[0]
    assert client.mock_calls == calls
    assert dir(client.return_value.post.return_value) == names
