"""Who may use the API: whoever has one of its keys."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from backend.errors import UnauthorizedError

_BEARER = HTTPBearer(auto_error=False, description="One of the keys in BACKEND_API_KEYS.")


def require_key(keys: Sequence[SecretStr]) -> Callable[[HTTPAuthorizationCredentials | None], None]:
    """Return a dependency that lets in only requests with one of the keys; it compares all, each in constant time."""
    known = [key.get_secret_value().encode() for key in keys]

    def check(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
        given = b"" if credentials is None else credentials.credentials.encode()
        if not any([hmac.compare_digest(given, key) for key in known]):  # noqa: C419 - none is left out
            raise UnauthorizedError("expected the header 'Authorization: Bearer KEY' with one of the service's keys")

    return check
