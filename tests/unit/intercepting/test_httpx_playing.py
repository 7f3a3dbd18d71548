from __future__ import annotations

import asyncio
from types import ModuleType

import httpx
import httpx2
import pytest

from tapecheck.errors import FaultError
from tapecheck.faults import Ending, Reply, Unreached
from tapecheck.intercepting.httpx_playing import play_to, play_to_async
from tapecheck.intercepting.wire import Wire
from tapecheck.model import Headers

LIBRARIES = [httpx, httpx2]
EVENTS = (b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n")
SSE = Headers((("content-type", "text/event-stream"),))
STREAM = Reply(status=200, reason="Fine", headers=SSE, pieces=EVENTS, framing="sse")

every_library = pytest.mark.parametrize("library", LIBRARIES)


def wire(reply: Reply, told: list[FaultError] | None = None) -> Wire:
    return Wire(reply, "GET", ([] if told is None else told).append)


def request(library: ModuleType, timeout: float | None = 1, url: str = "https://api.invalid/") -> httpx.Request:
    made: httpx.Request = library.Request("GET", url, extensions={"timeout": library.Timeout(timeout).as_dict()})
    return made


@every_library
def test_a_stream_comes_in_pieces(library: ModuleType) -> None:
    response = play_to(library, request(library), wire(STREAM))
    assert isinstance(response, library.Response)
    assert (response.status_code, response.reason_phrase) == (200, "Fine")
    assert list(response.iter_raw()) == list(EVENTS)
    assert response.is_closed


@pytest.mark.anyio
@every_library
async def test_a_stream_comes_in_pieces_asynchronously(anyio_backend: str, library: ModuleType) -> None:
    response = await play_to_async(library, request(library), wire(STREAM))
    assert [piece async for piece in response.aiter_raw()] == list(EVENTS)
    assert response.is_closed


@every_library
def test_a_stream_may_be_left_before_its_end(library: ModuleType) -> None:
    response = play_to(library, request(library), wire(STREAM))
    pieces = response.iter_raw()
    assert next(pieces) == EVENTS[0]
    response.close()
    with pytest.raises(library.ReadError):
        next(pieces)


@every_library
@pytest.mark.parametrize(
    ("why", "name"),
    [
        (Unreached.REFUSED, "ConnectError"),
        (Unreached.TIMED_OUT, "ConnectTimeout"),
        (Unreached.UNRESOLVED, "ConnectError"),
        (Unreached.UNTRUSTED, "ConnectError"),
    ],
)
def test_a_server_that_is_not_reached(library: ModuleType, why: Unreached, name: str) -> None:
    with pytest.raises(getattr(library, name)) as caught:
        play_to(library, request(library), wire(Reply(status=200, unreached=why)))
    assert type(caught.value) is getattr(library, name)


@pytest.mark.anyio
@every_library
async def test_what_breaks_off_is_told_after_what_came(anyio_backend: str, library: ModuleType) -> None:
    reply = Reply(status=200, pieces=(b"ab",), missing=2, ending=Ending.RESET)
    response = await play_to_async(library, request(library), wire(reply))
    pieces = response.aiter_raw()
    assert await anext(pieces) == b"ab"
    with pytest.raises(library.ReadError):
        await anext(pieces)


@every_library
def test_without_a_time_out_nothing_would_ever_end_the_wait(library: ModuleType) -> None:
    told: list[FaultError] = []
    with pytest.raises(FaultError, match="no read time-out"):
        play_to(library, request(library, timeout=None), wire(Reply(status=200, silent=True, ending=Ending.HOLD), told))
    assert len(told) == 1


@every_library
def test_a_deadline_around_an_asynchronous_client_may_end_the_wait(library: ModuleType) -> None:
    told: list[FaultError] = []

    async def ask() -> None:
        async with asyncio.timeout(0):
            hung = wire(Reply(status=200, silent=True, ending=Ending.HOLD), told)
            await play_to_async(library, request(library, timeout=None), hung)

    with pytest.raises(TimeoutError):
        asyncio.run(ask())
    assert told == []
