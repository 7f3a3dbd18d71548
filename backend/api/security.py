"""Who may use the API: whoever has one of its keys."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import SecretStr
from starlette.datastructures import Headers

from backend.api.problems import Responses, documented, respond
from backend.errors import UnauthorizedError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

GUARDED: Final = "/api/"
"""How the paths begin for which a key is wanted."""

DESCRIBED: Final = Depends(HTTPBearer(auto_error=False, description="One of the keys in BACKEND_API_KEYS."))
"""Tells OpenAPI that a key is wanted; `RequireKey` is who wants it."""

_EXPECTED: Final = "expected the header 'Authorization: Bearer KEY' with one of the service's keys"


class RequireKey:
    """ASGI middleware that lets in only requests with one of the keys, before anything of their bodies is read.

    Args:
        app: answers; `is_trusted` tells it whether a key came.
        keys: any of them opens `GUARDED`; without any, it is open.
        is_exempt: tells the requests that need no key, as they prove in another way where they come from.
    """

    def __init__(self, app: ASGIApp, keys: Sequence[SecretStr], is_exempt: Callable[[Scope], bool]) -> None:
        self._app = app
        self._is_exempt = is_exempt
        self._keys = [key.get_secret_value().encode() for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trusted = self._is_open_to(scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if trusted or not path.startswith(GUARDED) or self._is_exempt(scope):
            state = {**scope.get("state", {}), "trusted": trusted}
            await self._app({**scope, "state": state}, receive, send)
        else:
            await respond(UnauthorizedError(_EXPECTED))(scope, receive, send)

    def _is_open_to(self, scope: Scope) -> bool:
        """Compare with all keys, each in constant time."""
        if not self._keys:
            return True
        scheme, credentials = get_authorization_scheme_param(Headers(scope=scope).get("authorization"))
        given = credentials.encode("latin-1") if scheme.lower() == "bearer" else b""
        return any([hmac.compare_digest(given, key) for key in self._keys])  # noqa: C419 - none is left out


def is_trusted(request: Request) -> bool:
    """Tell whether a request has one of the keys, or none is wanted."""
    trusted: bool = request.state.trusted
    return trusted


def unauthorized() -> Responses:
    """Return what OpenAPI says of a request without a key."""
    return documented({401: _EXPECTED})
