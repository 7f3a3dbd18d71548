"""A provider with a contract, requests to it, and replies to be played."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest

from tapecheck.checking import sound
from tapecheck.contracts import Contracts, bundled_contracts
from tapecheck.model import Body, Headers, Request

CHAT = "https://api.openai.com/v1/chat/completions"
QUESTION = {"model": "any", "messages": [{"role": "user", "content": "Anything?"}]}


@cache
def bundled() -> Contracts:
    return sound(bundled_contracts())


@pytest.fixture
def contracts() -> Contracts:
    return bundled()


@pytest.fixture
def chat() -> Callable[..., Request]:
    """Make a request for a chat, its fields as given."""

    def chat(uri: str = CHAT, method: str = "POST", **fields: object) -> Request:
        body = json.dumps({**QUESTION, **fields}).encode()
        headers = Headers((("content-type", "application/json"), ("authorization", "Bearer sandbox")))
        return Request(method=method, uri=uri, headers=headers, body=Body(content=body))

    return chat
