from __future__ import annotations

import base64

import pytest

from tapecheck.checking.secrets.judging import is_basic, is_placeholder, looks_chosen, looks_dense, looks_random


def test_what_is_drawn_by_lot_looks_random(lot: str) -> None:
    assert looks_random(lot)
    assert looks_random(lot[:16])
    assert not looks_random(lot[:15])


@pytest.mark.parametrize(
    "text",
    [
        "correct-horse-battery-staple",
        "2024-01-01T00:00:00Z",
        "MySecretTokenValue",
        "12345678901234567890",
        "https://a.example/x9K2m3Lq8Zt5",
        "ab ab ab ab ab 12 34 x9 K2",
        "ünïcödé-9K2m3Lq8Zt5",
        "a1a1a1a1a1a1a1a1a1a1",
    ],
)
def test_words_dates_and_patterns_do_not(text: str) -> None:
    assert not looks_random(text)


@pytest.mark.parametrize(
    "text",
    [
        "<key>",
        "${KEY}",
        "{{ key }}",
        "%KEY%",
        "ab****yz",
        "ab...yz",
        "xxxxx",
        "00000",
        "MCP_TOKEN",
        "AUTHORIZATION-XXX",
        "REDACTED",
        "replace-me",
        "your_api_key",
        "test-key-1",
        "fake",
        "Dummy.key",
        "sandbox-key",
    ],
)
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


def test_a_word_beside_what_is_drawn_by_lot_is_no_placeholder(lot: str) -> None:
    assert not is_placeholder(f"test-{lot}")
    assert not is_placeholder("contest")


def test_basic_credentials() -> None:
    def encoded(text: bytes) -> str:
        return base64.b64encode(text).decode()

    assert is_basic(encoded(b"robot:4 5six"))
    assert is_basic(encoded(b"robot-as-key:"))
    assert not is_basic(encoded(b"robot:<password>"))
    assert not is_basic(encoded(b"no colon"))
    assert not is_basic(encoded(b"a:\x00\x01"))
    assert not is_basic(encoded(b"\xff\xfe:\xff"))
    assert not is_basic("understanding")


def test_passwords_are_chosen() -> None:
    assert looks_chosen("hunter-2-hunter")
    assert looks_chosen("hunterHunter")
    assert not looks_chosen("password")
    assert not looks_chosen("Password")
    assert not looks_chosen("<password-1>")


def test_dense_is_less_than_random() -> None:
    assert looks_dense("QWERTZUIOPASDFGH")
    assert not looks_dense("ABABABABABABABAB")
    assert not looks_dense("IOSFODNN7EXAMPLE")
