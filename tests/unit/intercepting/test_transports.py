from __future__ import annotations

from collections.abc import Awaitable
from types import ModuleType

import httpx
import httpx2
import pytest
from starlette.testclient import TestClient

from tapecheck.intercepting.patches import Patches
from tapecheck.intercepting.transports import runs_in_process, stand_before

LIBRARIES = [httpx, httpx2]


class Mine(httpx.MockTransport):
    pass


class Standing:
    """Stands before transports, and knows what was asked of which."""

    def __init__(self) -> None:
        self.asked: list[tuple[ModuleType, str | None, str]] = []

    def handle(self, library: ModuleType, transport: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        self.asked.append((library, runs_in_process(transport), str(request.url)))
        return transport.handle_request(request)

    def handle_async(
        self, library: ModuleType, transport: httpx.AsyncBaseTransport, request: httpx.Request
    ) -> Awaitable[httpx.Response]:
        self.asked.append((library, runs_in_process(transport), str(request.url)))
        return transport.handle_async_request(request)


@pytest.fixture
def mocked() -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(204))


@pytest.mark.parametrize("library", LIBRARIES)
def test_standing_before_a_transport(library: ModuleType) -> None:
    standing, patches = Standing(), Patches()
    mocked = library.MockTransport(lambda request: library.Response(204))
    stand_before(patches, standing.handle, standing.handle_async)
    stand_before(patches, standing.handle, standing.handle_async)
    with library.Client(transport=mocked) as client:
        assert client.get("http://a.invalid/").status_code == 204
        patches.take_back()
        assert client.get("http://a.invalid/2").status_code == 204
    assert standing.asked == [(library, "MockTransport", "http://a.invalid/")]


@pytest.mark.anyio
@pytest.mark.parametrize("library", LIBRARIES)
async def test_standing_before_an_asynchronous_one(anyio_backend: str, library: ModuleType) -> None:
    standing, patches = Standing(), Patches()
    mocked = library.MockTransport(lambda request: library.Response(204))
    stand_before(patches, standing.handle, standing.handle_async)
    async with library.AsyncClient(transport=mocked) as client:
        assert (await client.get("http://a.invalid/")).status_code == 204
        patches.take_back()
        assert (await client.get("http://a.invalid/2")).status_code == 204
    assert standing.asked == [(library, "MockTransport", "http://a.invalid/")]


def test_transports_that_run_code_in_this_process(mocked: httpx.MockTransport) -> None:
    async def app(scope: object, receive: object, send: object) -> None: ...

    def wsgi(environ: object, start_response: object) -> list[bytes]:
        return []

    assert runs_in_process(mocked) == "MockTransport"
    assert runs_in_process(Mine(mocked.handler)) == "MockTransport"
    assert runs_in_process(httpx.ASGITransport(app)) == "ASGITransport"
    assert runs_in_process(httpx2.ASGITransport(app)) == "ASGITransport"
    assert runs_in_process(httpx.WSGITransport(wsgi)) == "WSGITransport"
    assert runs_in_process(TestClient(app)._transport) is not None
    assert runs_in_process(httpx.HTTPTransport()) is None


def test_who_stands_before_others_who_stand_there_already(mocked: httpx.MockTransport) -> None:
    names: list[str | None] = []

    def handle(library: ModuleType, transport: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        names.append(runs_in_process(transport))
        return transport.handle_request(request)

    inner, outer, standing = Patches(), Patches(), Standing()
    stand_before(inner, standing.handle, standing.handle_async)
    stand_before(outer, handle, standing.handle_async)
    with httpx.Client(transport=mocked) as client:
        client.get("http://a.invalid/")
    outer.take_back()
    inner.take_back()
    assert names == ["MockTransport"]
    assert standing.asked == [(httpx, "MockTransport", "http://a.invalid/")]
