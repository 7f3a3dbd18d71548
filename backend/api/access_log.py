"""A line in the log for each request: never its query, headers or body."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from backend.logs import logger

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AccessLog:
    """ASGI middleware that logs method, path, status and milliseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and log it when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception:
            status = status or 500  # it passes on to where that is answered
            raise
        finally:
            took = round((time.perf_counter() - began) * 1000, 1)
            logger().info("request", method=scope["method"], path=scope["path"], status=status, milliseconds=took)
