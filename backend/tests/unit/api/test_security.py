from __future__ import annotations

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from pydantic import SecretStr

from backend.api.problems import MEDIA_TYPE
from backend.api.security import DESCRIBED, RequireKey, is_trusted, unauthorized

pytestmark = pytest.mark.anyio
KEYS = (SecretStr("first"), SecretStr("zweiter-schlüssel"))


async def ask(path: str, given: bytes | None, keys: tuple[SecretStr, ...] = KEYS) -> httpx.Response:
    app = FastAPI()
    app.add_middleware(RequireKey, keys=keys, is_exempt=lambda scope: scope["path"] == "/api/signed")

    @app.get("/api/thing", dependencies=[DESCRIBED])
    @app.get("/api/signed")
    @app.get("/open")
    async def trusted(request: Request, trusted: bool = Depends(is_trusted)) -> bool:
        return trusted

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://backend.test") as client:
        return await client.get(path, headers=[] if given is None else [(b"Authorization", given)])


@pytest.mark.parametrize("given", [b"Bearer first", b"bearer first", "Bearer zweiter-schlüssel".encode()])
async def test_any_of_the_keys_opens(given: bytes) -> None:
    for path in ("/api/thing", "/open"):
        response = await ask(path, given)
        assert (response.status_code, response.json()) == (200, True)


@pytest.mark.parametrize(
    "given",
    [None, b"", b"Bearer", b"Bearer ", b"Bearer firs", b"Bearer FIRST", b"Basic first", b"first", b"Bearer \xff"],
    ids=str,
)
async def test_nothing_else_does(given: bytes | None) -> None:
    response = await ask("/api/thing", given)
    assert (response.status_code, response.headers["content-type"]) == (401, MEDIA_TYPE)
    assert response.headers["www-authenticate"] == "Bearer"
    assert "first" not in response.text
    assert (await ask("/open", given)).json() is False


async def test_what_is_exempt_needs_none_and_is_not_trusted_without() -> None:
    for given, trusted in ((None, False), (b"Bearer other", False), (b"Bearer first", True)):
        response = await ask("/api/signed", given)
        assert (response.status_code, response.json()) == (200, trusted)


async def test_without_keys_everything_is_open() -> None:
    assert (await ask("/api/thing", None, keys=())).json() is True


def test_the_description_tells_of_it() -> None:
    assert set(unauthorized()) == {401}
