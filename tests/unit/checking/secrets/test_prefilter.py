from __future__ import annotations

import json

import pytest

from tapecheck.checking.secrets.prefilter import Prefilter, is_disguised
from tapecheck.checking.secrets.shapes import general_shapes
from tests.unit.checking.secrets.planted import Secret, secrets

PREFILTER = Prefilter(general_shapes())


@pytest.mark.parametrize("secret", secrets(), ids=str)
@pytest.mark.parametrize("depth", range(4))
def test_what_holds_a_secret_passes(secret: Secret, depth: int) -> None:
    text = json.dumps({secret.name: secret.text})
    for _ in range(depth):
        text = json.dumps({"text": f"\n{text}"})
    assert PREFILTER.passes(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"api_key": "sk"}',
        '{"max_tokens": 1, "token": "a", "key": {"type": "string"}}',
        "a basic understanding of tasks",
        "a risk_and_disk_and_task-of-the-day",
        "https://a.example/v1?beta=true",
        'data: {"text": "the key: to it"}\n\n',
    ],
)
def test_what_holds_none_does_not(text: str) -> None:
    assert not PREFILTER.passes(text.encode())


@pytest.mark.parametrize("text", ['password="0123456789abc"', "password = 0123456789abc", 'name="token"\r\n\r\n01'])
def test_text_that_sets_a_variable_passes(text: str) -> None:
    assert PREFILTER.passes(text.encode())


def test_letters_in_escapes_are_a_disguise() -> None:
    assert is_disguised(rb"\u0073\u006b")
    assert PREFILTER.passes(rb"\u0073\u006b")
    assert not is_disguised(rb"\u003c\u0026\u00e4")


@pytest.mark.parametrize("before", ["", "\\n", "%3d", "%253D", "%5Cn", "\\u00e9", "%5Cu00e9", "eyJ"])
def test_a_web_token_passes_behind_an_escape(before: str) -> None:
    assert PREFILTER.passes(f"{'a' * 20} {before}eyJhbGciOiJI.eyJzdWIiOiIx.".encode())


@pytest.mark.parametrize("text", ["eyJ", "token\\", "\\neyJ", "\\"])
def test_what_goes_on_and_on_is_read_once(text: str) -> None:
    """Were it read anew from each place, this would not end within the hour."""
    assert not PREFILTER.passes(b"token" + text.encode() * 1_000_000)
