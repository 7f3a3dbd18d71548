"""Refuses bodies that are too large, with a problem document.

FastAPI's own `max_body_size` (0.165) does so only for bodies that come in chunks; one whose length was announced it
refuses in plain text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY: Final = 1024 * 1024
"""Bytes that the body of a request may have."""


class BodyLimit:
    """ASGI middleware that lets an endpoint read no more than so many bytes.

    Args:
        app: answers; the error reaches it when it reads the body.
        limit_of: tells the most bytes of a request.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope)
        announced = Headers(scope=scope).get("content-length", "")
        told = int(announced) if announced.isdecimal() and len(announced) < 20 else 0
        counted = 0

        async def count() -> Message:
            nonlocal counted
            _check(told, limit)
            message = await receive()
            counted += len(message.get("body", b""))
            _check(counted, limit)
            return message

        await self._app(scope, count, send)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise HTTPException(413, f"the body has more than {limit} bytes, which is the most that is taken")
