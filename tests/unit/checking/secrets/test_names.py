from __future__ import annotations

import pytest

from tapecheck.checking.secrets.names import ASSIGNMENT, assigned_name, is_cookie, is_telling


@pytest.mark.parametrize(
    "name",
    [
        "api_key",
        "apiKey",
        "X-API-Key",
        "OPENROUTER_API_KEY",
        "token",
        "access_token",
        "authToken",
        "secret",
        "client-secret",
        "password",
        "db.password",
        "Authorization",
        "Proxy-Authorization",
        "credentials",
        "X-Amz-Security-Token",
        "sig",
    ],
)
def test_names_that_tell(name: str) -> None:
    assert is_telling(name)


@pytest.mark.parametrize(
    "name",
    [
        "key",
        "prompt_cache_key",
        "next_page_token",
        "nextToken",
        "max_tokens",
        "tokens",
        "secretary",
        "ice-pwd",
        "design",
        "signature",
        "session_id",
        "idempotency-key",
        "",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not is_telling(name)


def test_cookies() -> None:
    assert is_cookie("Set-Cookie")
    assert is_cookie("cookie")
    assert not is_cookie("cookies_accepted")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("export MY_API_KEY=0123456789abcdef", "MY_API_KEY"),
        ('config.client_secret = "0123456789abcdef"', "config.client_secret"),
        ('{"token": "0123456789abcdef"', "token"),
        ("{'password' => '0123456789abcdef'", "password"),
        ('name="secret"\r\n\r\n0123456789abcdef', "secret"),
    ],
)
def test_assignments(text: str, name: str) -> None:
    found = ASSIGNMENT.search(text)
    assert found is not None
    assert (assigned_name(found), found["secret"]) == (name, "0123456789abcdef")


def test_prose_assigns_nothing() -> None:
    assert ASSIGNMENT.search("the key: 0123456789abcdef") is None
    assert ASSIGNMENT.search("token = encode(text_of_a_page)") is None
