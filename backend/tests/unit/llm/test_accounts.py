from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import StartError, UnavailableError
from backend.llm.accounts import Account, accounts, sandbox_accounts
from backend.providers.registry import PROVIDERS

KEY = "sk-the-key-of-this-service"


def openai(**environment: str) -> Account:
    return accounts(PROVIDERS, {f"OPENAI_{name.upper()}": value for name, value in environment.items()})["openai"]


def test_without_variables_the_providers_own_addresses_are_used() -> None:
    found = accounts(PROVIDERS, {})
    assert list(found) == list(PROVIDERS)
    assert {name: account.base_url for name, account in found.items()} == {
        name: provider.base_url for name, provider in PROVIDERS.items()
    }
    assert {account.key for account in found.values()} == {None}


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_a_blank_key_is_none(value: str) -> None:
    account = openai(api_key=value)
    assert account.key is None
    with pytest.raises(UnavailableError, match="openai has no key: set OPENAI_API_KEY") as caught:
        account.secret()
    assert caught.value.status == 503


def test_a_key_is_told_to_nobody_but_the_provider() -> None:
    account = openai(api_key=f" {KEY}\n")
    assert account.secret() == KEY
    assert KEY not in repr(account)
    assert KEY not in str(account.key)


def test_each_provider_has_a_key_of_its_own() -> None:
    found = accounts(PROVIDERS, {f"{name.upper()}_API_KEY": f"key-of-{name}" for name in PROVIDERS})
    assert {name: account.secret() for name, account in found.items()} == {name: f"key-of-{name}" for name in PROVIDERS}


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        (" https://proxy.example ", "https://proxy.example"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://proxy.example:65535", "https://proxy.example:65535"),
        ("", PROVIDERS["openai"].base_url),
    ],
)
def test_another_address_may_be_used(value: str, url: str) -> None:
    assert openai(base_url=value).base_url == url


@pytest.mark.parametrize(
    "value",
    [
        "proxy.example",
        "ftp://proxy.example",
        "https://",
        "https:///v1",
        "http://[bad",
        "http://[::1",
        "http://[bad]",
        "http://proxy.example:99999",
        "http://proxy.example:0",
        "http://proxy.example:port",
        "https://user:secret@proxy.example",
        "https://secret@proxy.example",
        "https://proxy.example/v1?key=secret",
        "https://proxy.example/v1#secret",
        "https://proxy.example/v1?",
        "https://proxy .example",
        "https://pröxy.example",
        "https://proxy.example/\x7f",
    ],
)
def test_an_address_that_cannot_be_called_is_found_at_the_start(value: str) -> None:
    with pytest.raises(StartError, match="OPENAI_BASE_URL") as caught:
        openai(base_url=value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", ["clé-secret", "two secret", "secret\nX-Other: 1", "secret\x00", "secret\x7f"])
def test_a_key_that_no_header_can_hold_is_found_at_the_start(value: str) -> None:
    with pytest.raises(StartError, match="OPENAI_API_KEY") as caught:
        openai(api_key=value)
    assert "secret" not in str(caught.value)


@given(value=st.text(max_size=20) | st.from_regex(r"https?://[^/]{0,10}(/.{0,5})?", fullmatch=True))
def test_an_address_is_taken_or_refused(value: str) -> None:
    try:
        account = openai(base_url=value)
    except StartError:
        return
    assert urlsplit(account.base_url).hostname
    assert not account.base_url.endswith("/")
    assert account.base_url.startswith(("http://", "https://"))


def test_a_stand_in_takes_the_place_of_all() -> None:
    found = sandbox_accounts(PROVIDERS, "http://127.0.0.1:4010")
    assert {name: account.base_url for name, account in found.items()} == {
        "anthropic": "http://127.0.0.1:4010/anthropic",
        "deepseek": "http://127.0.0.1:4010/deepseek",
        "gemini": "http://127.0.0.1:4010/gemini",
        "openai": "http://127.0.0.1:4010/openai/v1",
    }
    assert all(account.secret() for account in found.values())


def test_accounts_cannot_be_changed() -> None:
    found = accounts(PROVIDERS, {})
    with pytest.raises(TypeError):
        found["openai"] = replace(found["openai"])  # type: ignore[index]
