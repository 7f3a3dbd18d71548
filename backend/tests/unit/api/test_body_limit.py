from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from backend.api.body_limit import BodyLimit
from backend.api.problems import MEDIA_TYPE, install

pytestmark = pytest.mark.anyio
LIMIT = 10


async def send(content: bytes | AsyncIterator[bytes], path: str = "/") -> httpx.Response:
    app = FastAPI()
    install(app)
    app.add_middleware(BodyLimit, limit_of=lambda scope: LIMIT if scope["path"] == "/" else 2 * LIMIT)

    @app.post("/")
    @app.post("/other")
    async def count(request: Request) -> int:
        return len(await request.body())

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://backend.test") as client:
        return await client.post(path, content=content)


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


async def test_a_body_up_to_the_limit_is_read() -> None:
    assert (await send(b"x" * LIMIT)).json() == LIMIT
    assert (await send(pieces(4, 6))).json() == LIMIT


async def test_a_larger_one_is_refused_however_it_comes() -> None:
    for content in (b"x" * (LIMIT + 1), pieces(4, 7)):
        response = await send(content)
        assert (response.status_code, response.headers["content-type"]) == (413, MEDIA_TYPE)
        assert str(LIMIT) in response.json()["detail"]


async def test_each_request_has_its_own_limit() -> None:
    assert (await send(b"x" * 2 * LIMIT, "/other")).json() == 2 * LIMIT
    assert (await send(b"x" * (2 * LIMIT + 1), "/other")).status_code == 413
