"""The `Allow` header of a 405, which names all methods of a resource (RFC 9110, section 15.5.6)."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.routing import Match

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(request: Request) -> str:
    """Return the methods that the path of a request can be asked with; Starlette names those of one route alone."""
    scopes = {method: {**request.scope, "method": method} for method in METHODS}
    return ", ".join(
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    )
