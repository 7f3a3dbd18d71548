from __future__ import annotations

import pytest
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import SecretStr

from backend.api.security import require_key
from backend.errors import UnauthorizedError

CHECK = require_key([SecretStr("first"), SecretStr("zweiter-schlüssel")])


def bearer(key: str) -> HTTPAuthorizationCredentials:
    return HTTPAuthorizationCredentials(scheme="Bearer", credentials=key)


@pytest.mark.parametrize("key", ["first", "zweiter-schlüssel"])
def test_any_of_the_keys_opens(key: str) -> None:
    CHECK(bearer(key))


@pytest.mark.parametrize("given", [None, bearer(""), bearer("firs"), bearer("first "), bearer("FIRST")], ids=str)
def test_nothing_else_does(given: HTTPAuthorizationCredentials | None) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        CHECK(given)
    assert "first" not in str(caught.value)
