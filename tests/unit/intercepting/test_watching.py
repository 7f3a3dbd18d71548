from __future__ import annotations

from collections.abc import Generator
from contextvars import copy_context

import httpx
import httpx2
import pytest

from tapecheck.intercepting import Watching, in_process

URL = "http://app.invalid/"


def test_nothing_is_under_way() -> None:
    assert in_process() is None
    with Watching():
        assert in_process() is None


def test_a_request_to_an_application_in_this_process() -> None:
    seen: list[str | None] = []

    def application(request: httpx.Request) -> httpx.Response:
        seen.append(in_process())
        return httpx.Response(204)

    with Watching(), httpx.Client(transport=httpx.MockTransport(application)) as client:
        client.get(URL)
        assert in_process() is None
    assert seen == ["MockTransport"]


@pytest.mark.anyio
async def test_an_asynchronous_one(anyio_backend: str) -> None:
    seen: list[str | None] = []

    async def app(scope: object, receive: object, send: object) -> None:
        seen.append(in_process())
        raise ValueError("broken")

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport) as client:
        with Watching():
            with pytest.raises(ValueError, match="broken"):
                await client.get(URL)
            assert in_process() is None
    assert seen == ["ASGITransport"]


def test_one_that_is_dropped_where_it_did_not_begin() -> None:
    class Never:
        def __await__(self) -> Generator[None, None, httpx.Response]:
            yield
            raise AssertionError("nobody goes on")

    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await Never()

    with Watching():
        asking = httpx.AsyncClient(transport=Hanging()).get(URL)
        copy_context().run(asking.send, None)
        asking.close()  # as the garbage collector does
    assert in_process() is None


def test_what_the_application_asks_itself_is_a_request_of_its_own() -> None:
    seen: dict[str, str | None] = {}

    class ToTheNet(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            seen["net"] = in_process()
            return httpx.Response(204)

    def application(request: httpx.Request) -> httpx.Response:
        with httpx.Client(transport=ToTheNet()) as client:
            client.get("https://api.invalid/")
        seen["app"] = in_process()
        seen["app, by its URI"] = in_process(URL)
        seen["another client's request"] = in_process("https://api.invalid/")
        return httpx.Response(204)

    with Watching(), httpx.Client(transport=httpx.MockTransport(application)) as client:
        client.get(URL)
    assert seen == {
        "net": None,
        "app": "MockTransport",
        "app, by its URI": "MockTransport",
        "another client's request": None,
    }


def test_watching_leaves_nothing_behind() -> None:
    before = [vars(one)["_transport_for_url"] for one in (httpx.Client, httpx.AsyncClient, httpx2.Client)]
    with Watching() as outer, Watching():
        outer.take_in()
    assert [vars(one)["_transport_for_url"] for one in (httpx.Client, httpx.AsyncClient, httpx2.Client)] == before
