from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Thread
from types import ModuleType

import httpx
import httpx2
import pytest
import requests
import respx
import urllib3
import vcr

from tapecheck.errors import FaultError
from tapecheck.faults import Ending, Reply
from tapecheck.intercepting import Interception
from tapecheck.model import Request
from tapecheck.serving import Answer, Server, Source, replies

LIBRARIES = [httpx, httpx2]
PLACES = [
    *((client, "_transport_for_url") for one in LIBRARIES for client in (one.Client, one.AsyncClient)),
    (urllib3.HTTPConnectionPool, "_make_request"),
    (urllib3.HTTPSConnectionPool, "_prepare_proxy"),
]
"""Where an interception stands."""

OURS = replies.document(200, {"from": "us"})
THEIRS = replies.document(200, {"from": "the net"})
URL = "https://api.invalid/v1/things?limit=2"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give the URL of what stands for the net."""
    with Server(lambda request: Answer(reply=THEIRS, source=Source.GENERATED)) as server:
        yield server.url


class Asked:
    """Answers, and keeps what was asked."""

    def __init__(self, reply: Reply | None = OURS) -> None:
        self.reply = reply
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Reply | None:
        self.requests.append(request)
        return self.reply


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_request_of_httpx(library: ModuleType) -> None:
    asked = Asked()
    with Interception(asked) as interception, library.Client(trust_env=False) as client:
        response = client.post(URL, json={"n": 1}, headers={"X-Key": "sandbox"})
    assert response.json() == {"from": "us"}
    assert (response.http_version, response.reason_phrase) == ("HTTP/1.1", "OK")
    [request] = asked.requests
    assert (request.method, request.uri, request.body.content) == ("POST", URL, b'{"n":1}')
    assert request.headers.get("x-key") == "sandbox"
    assert interception.problems == ()


@pytest.mark.anyio
@pytest.mark.parametrize("library", LIBRARIES)
async def test_an_asynchronous_one(anyio_backend: str, library: ModuleType) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    asked = Asked()
    with Interception(asked):
        async with library.AsyncClient(trust_env=False) as client:
            response = await client.post(URL, content=body())
    assert response.json() == {"from": "us"}
    assert asked.requests[0].body.content == b"ab"


def test_a_request_of_requests() -> None:
    asked = Asked()
    with Interception(asked):
        response = requests.post(URL, json={"n": 1}, headers={"X-Key": "sandbox"}, timeout=1)
    assert response.json() == {"from": "us"}
    [request] = asked.requests
    assert (request.method, request.uri, request.body.content) == ("POST", URL, b'{"n": 1}')
    assert request.headers.get("x-key") == "sandbox"


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_not_answered_goes_on(url: str, library: ModuleType) -> None:
    asked = Asked(None)
    with Interception(asked), library.Client(trust_env=False) as client:
        assert client.post(url, content=b"body").json() == {"from": "the net"}
    assert len(asked.requests) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("library", LIBRARIES)
async def test_what_is_not_answered_goes_on_asynchronously(anyio_backend: str, url: str, library: ModuleType) -> None:
    asked = Asked(None)
    with Interception(asked):
        async with library.AsyncClient(trust_env=False) as client:
            assert (await client.post(url, content=b"body")).json() == {"from": "the net"}
    assert len(asked.requests) == 1


def test_what_is_not_answered_goes_on_to_requests(url: str) -> None:
    asked = Asked(None)
    with Interception(asked), requests.Session() as session:
        session.trust_env = False
        assert session.post(url, data={"n": 1}, timeout=9).json() == {"from": "the net"}
    assert len(asked.requests) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("library", LIBRARIES)
async def test_code_in_this_process_is_none_of_its_affair(anyio_backend: str, library: ModuleType) -> None:
    asked = Asked()
    mocked = library.MockTransport(lambda request: library.Response(204))
    with Interception(asked):
        async with library.AsyncClient(transport=mocked) as client:
            assert (await client.get(URL)).status_code == 204
        with library.Client(transport=mocked) as client:
            assert client.get(URL).status_code == 204
    assert asked.requests == []


def test_the_innermost_is_asked_first() -> None:
    outer, silent, inner = Asked(), Asked(None), Asked(replies.text(418, "inner"))
    with Interception(outer), httpx.Client() as client:
        with Interception(inner):
            assert client.get(URL).status_code == 418
        with Interception(silent):
            assert client.get(URL).json() == {"from": "us"}
    assert [len(asked.requests) for asked in (outer, silent, inner)] == [1, 1, 1]


def test_nothing_is_left_behind() -> None:
    before = [vars(owner)[name] for owner, name in PLACES]
    with Interception(Asked()), Interception(Asked()):
        assert all(vars(owner)[name] is not old for (owner, name), old in zip(PLACES, before, strict=True))
    assert [vars(owner)[name] for owner, name in PLACES] == before


def test_one_that_is_closed_answers_nothing_though_others_stand_on_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner, name in PLACES:
        monkeypatch.setattr(owner, name, vars(owner)[name])  # to be put back in the end, as the first cannot do it
    asked, other = Asked(), Asked(None)
    first, second = Interception(asked), Interception(other)
    first.__enter__()
    second.__enter__()
    first.__exit__()
    with httpx.Client(trust_env=False) as client:
        assert client.get(url).json() == {"from": "the net"}
    second.__exit__()
    assert (len(asked.requests), len(other.requests)) == (0, 1)


def test_errors_that_code_may_hide_are_kept() -> None:
    def answer(request: Request) -> Reply:
        if request.method == "GET":
            raise FaultError("it cannot be")
        return Reply(status=200, silent=True, ending=Ending.HOLD)

    with Interception(answer) as interception, httpx.Client(timeout=None) as client:
        with pytest.raises(FaultError, match="it cannot be"):
            client.get(URL)
        with pytest.raises(FaultError, match="no read time-out"):
            client.post(URL)
        with pytest.raises(FaultError, match="no read time-out"):
            requests.post(URL)
    assert [str(one.message).split(";")[0] for one in interception.problems] == [
        "it cannot be",
        "nothing more comes",
        "nothing more comes",
    ]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_cassette_is_below_whichever_was_opened_first(library: ModuleType, tmp_path: Path) -> None:
    def cassette() -> AbstractContextManager[object]:
        tape: AbstractContextManager[object] = vcr.use_cassette(str(tmp_path / "none.yaml"), record_mode="none")
        return tape

    with Interception(Asked()), cassette(), library.Client() as client:
        assert client.get(URL).json() == {"from": "us"}
    with cassette(), Interception(Asked()), library.Client() as client:
        assert client.get(URL).json() == {"from": "us"}


def test_respx_is_below_whichever_was_begun_first() -> None:
    with Interception(Asked()), respx.mock(assert_all_called=False) as router, httpx.Client() as client:
        router.get(URL).respond(204)
        assert client.get(URL).json() == {"from": "us"}
    with respx.mock as router, Interception(asked := Asked()), httpx.Client() as client:
        router.get(URL).respond(204)
        assert client.get(URL).json() == {"from": "us"}
        asked.reply = None
        assert client.get(URL).status_code == 204


def test_requests_of_other_threads_are_intercepted_as_well() -> None:
    found: list[object] = []

    def work() -> None:
        with httpx.Client() as client:
            found.append(client.get(URL).json())

    with Interception(Asked()):
        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [{"from": "us"}] * 4
