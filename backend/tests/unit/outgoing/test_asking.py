from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from backend.errors import BrokenOffError, Problem, TimedOutError, UnavailableError, UpstreamError
from backend.outgoing.asking import asking
from backend.outgoing.client import make_client
from backend.settings import Settings
from backend.tests.network import Answer, CountingTransport, WatchedBody

pytestmark = pytest.mark.anyio

URL = "https://api.example.com/data"


class Permit:
    """Lets a call through, and remembers how it ended."""

    def __init__(self) -> None:
        self.ends: list[type[BaseException] | None] = []

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            self.ends.append(type(error))
            raise
        else:
            self.ends.append(None)


@pytest.fixture
def permit() -> Permit:
    return Permit()


@asynccontextmanager
async def asked(answer: Answer, permit: Permit) -> AsyncIterator[httpx.Response]:
    async with make_client(Settings(), CountingTransport(answer)) as client:
        client.follow_redirects = True
        async with asking(client, client.build_request("GET", URL), permit=permit(), who="somebody") as response:
            yield response


async def test_the_body_is_read_by_who_asks_and_closed(permit: Permit) -> None:
    body = WatchedBody(b"one", b"two")
    async with asked(lambda request: httpx.Response(200, stream=body), permit) as response:
        assert (body.taken, body.closed) == (0, False)
        assert await response.aread() == b"onetwo"
        assert permit.ends == []
    assert body.closed
    assert permit.ends == [None]


async def test_a_body_that_is_not_wanted_is_closed_unread(permit: Permit) -> None:
    body = WatchedBody(b"one")
    with pytest.raises(UpstreamError):
        async with asked(lambda request: httpx.Response(200, stream=body), permit):
            raise UpstreamError("not wanted")
    assert (body.taken, body.closed) == (0, True)
    assert permit.ends == [UpstreamError]


async def test_redirects_are_not_followed(permit: Permit) -> None:
    moved = {"location": "https://elsewhere.example.org/"}
    async with asked(lambda request: httpx.Response(302, headers=moved), permit) as response:
        assert response.status_code == 302
        assert response.next_request


@pytest.mark.parametrize(
    ("error", "problem"),
    [(httpx.ReadTimeout("slow"), TimedOutError), (httpx.ConnectError("refused"), UpstreamError)],
)
async def test_the_breaker_hears_of_errors_as_they_are_told(
    permit: Permit, error: Exception, problem: type[Problem]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(problem, match="somebody"):
        async with asked(fail, permit):
            pytest.fail("there is no response")
    assert permit.ends == [problem]


async def test_errors_while_the_body_is_read_are_told_in_the_same_way(permit: Permit) -> None:
    with pytest.raises(BrokenOffError, match="somebody"):
        async with asked(lambda request: httpx.Response(200), permit):
            raise httpx.ReadError("lost")
    assert permit.ends == [BrokenOffError]


async def test_nothing_is_sent_without_a_permit() -> None:
    @asynccontextmanager
    async def refused(*, is_open: bool = True) -> AsyncIterator[None]:
        if is_open:
            raise UnavailableError("open")
        yield

    transport = CountingTransport()
    async with make_client(Settings(), transport) as client:
        with pytest.raises(UnavailableError):
            async with asking(client, client.build_request("GET", URL), permit=refused(), who="somebody"):
                pytest.fail("there is no response")
    assert transport.requests == []
