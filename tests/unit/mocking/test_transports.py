from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import ModuleType

import httpx
import httpx2
import pytest

from tapecheck.model import Code
from tests.unit.mocking.conftest import BAD, CUT, GOOD, STREAM, URL, Session

both = pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)


class Words(httpx.SyncByteStream, httpx2.SyncByteStream):
    """A stream that can be read once, and says when it is closed."""

    def __init__(self, *words: bytes) -> None:
        self._words = iter(words)
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self._words

    def close(self) -> None:
        self.is_closed = True


class AsyncWords(httpx.AsyncByteStream, httpx2.AsyncByteStream):
    """The same, asynchronous."""

    def __init__(self, *words: bytes) -> None:
        self._words = words
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for word in self._words:
            yield word

    async def aclose(self) -> None:
        self.is_closed = True


@both
def test_an_answer_that_the_contract_forbids_is_told_of(session: Session, library: ModuleType) -> None:
    def test() -> None:
        transport = library.MockTransport(lambda request: library.Response(200, json=BAD))
        with library.Client(transport=transport) as client:
            assert client.post(URL, json={}).json() == BAD

    [found] = session.run(test)
    assert found.code is Code.MOCKED_ANSWER
    assert found.message.startswith(f"{library.__name__}.MockTransport answers talk say: ")


@both
def test_an_asynchronous_answer_is_judged_too(session: Session, library: ModuleType) -> None:
    async def ask() -> None:
        async with library.AsyncClient(transport=library.MockTransport(answer)) as client:
            assert (await client.post(URL, content=words())).json() == BAD

    async def answer(request: object) -> object:
        return library.Response(200, json=BAD)

    async def words() -> AsyncIterator[bytes]:
        yield b"{}"

    assert session.codes(lambda: asyncio.run(ask())) == [Code.MOCKED_ANSWER]


@both
@pytest.mark.parametrize(("body", "codes"), [(STREAM, []), (CUT, [Code.MOCKED_ANSWER])])
def test_a_stream_is_judged_when_it_was_read_to_its_end(
    session: Session, library: ModuleType, body: bytes, codes: list[Code]
) -> None:
    stream = Words(body[:20], body[20:])

    def test() -> None:
        events = {"Content-Type": "text/event-stream"}
        transport = library.MockTransport(lambda request: library.Response(200, headers=events, stream=stream))
        with (
            library.Client(transport=transport) as client,
            client.stream("POST", URL, json={"stream": True}) as answer,
        ):
            assert list(answer.iter_raw()) == [body[:20], body[20:]]
        assert stream.is_closed

    assert session.codes(test) == codes


@both
def test_an_asynchronous_stream_is_judged_when_it_was_read_to_its_end(session: Session, library: ModuleType) -> None:
    stream = AsyncWords(CUT[:20], CUT[20:])

    async def ask() -> None:
        events = {"Content-Type": "text/event-stream"}
        transport = library.MockTransport(lambda request: library.Response(200, headers=events, stream=stream))
        async with (
            library.AsyncClient(transport=transport) as client,
            client.stream("POST", URL, json={"stream": True}) as answer,
        ):
            assert [piece async for piece in answer.aiter_raw()] == [CUT[:20], CUT[20:]]
        assert stream.is_closed

    assert session.codes(lambda: asyncio.run(ask())) == [Code.MOCKED_ANSWER]


@both
def test_nobody_knows_what_comes_behind_a_stream_that_was_not_read(session: Session, library: ModuleType) -> None:
    def test() -> None:
        transport = library.MockTransport(lambda request: library.Response(200, stream=Words(b"{", b"}")))
        with library.Client(transport=transport) as client, client.stream("POST", URL) as answer:
            assert answer.status_code == 200

    assert session.codes(test) == []


def test_a_stream_of_the_wrong_kind_fails_as_it_would_without_a_guard(session: Session) -> None:
    async def ask() -> None:
        transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Words()))
        async with httpx.AsyncClient(transport=transport) as client:
            await client.post(URL)

    def test() -> None:
        with pytest.raises((AssertionError, RuntimeError)):
            asyncio.run(ask())

    assert session.codes(test) == []


def test_a_transport_that_raises_answers_nothing(session: Session) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no", request=request)

    def test() -> None:
        with pytest.raises(httpx.ConnectError):
            httpx.Client(transport=httpx.MockTransport(refuse)).post(URL)

    assert session.codes(test) == []


def test_an_answer_before_the_test_function_counts_and_one_after_it_does_not(session: Session) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=BAD)))

    def early() -> Iterator[None]:
        client.post(URL)
        yield

    def late() -> Iterator[None]:
        yield
        client.post(URL)

    assert session.codes(lambda: None, early) == [Code.MOCKED_ANSWER]  # type: ignore[arg-type]
    assert session.codes(lambda: None, late) == []  # type: ignore[arg-type]


def test_an_answer_that_keeps_the_contract_is_right(session: Session) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=GOOD)))
    assert session.codes(lambda: client.post(URL)) == []
