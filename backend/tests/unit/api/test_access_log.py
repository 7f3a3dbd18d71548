from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from backend.api.access_log import AccessLog

pytestmark = pytest.mark.anyio


def app() -> FastAPI:
    app = FastAPI()
    app.add_middleware(AccessLog)

    @app.get("/here")
    def here() -> str:
        return "yes"

    @app.get("/bug")
    def bug() -> None:
        raise ZeroDivisionError

    return app


async def logged(path: str) -> dict[str, object]:
    transport = httpx.ASGITransport(app(), raise_app_exceptions=False)
    with capture_logs() as lines:
        async with httpx.AsyncClient(transport=transport, base_url="http://backend.test") as client:
            await client.get(path, headers={"authorization": "Bearer secret"})
    [line] = lines
    return dict(line)


async def test_a_request_is_a_line_without_anything_secret() -> None:
    line = await logged("/here?token=secret")
    assert line.pop("milliseconds") is not None
    assert line == {"event": "request", "log_level": "info", "method": "GET", "path": "/here", "status": 200}


async def test_one_that_ends_in_a_bug_is_a_line_too() -> None:
    line = await logged("/bug")
    assert (line["path"], line["status"]) == ("/bug", 500)
