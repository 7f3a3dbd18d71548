from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tapecheck.contracts import Contracts
from tapecheck.intercepting.victims import Victims
from tapecheck.model import Body, Headers, Request, Response

Chat = Callable[..., Request]

TAPED = Response(status=200, headers=Headers((("content-type", "application/json"),)), body=Body(content=b'{"a": 1}'))


@pytest.fixture
def victims(contracts: Contracts) -> Victims:
    return Victims(contracts, lambda request: None)


def test_what_is_on_tape_comes_first(contracts: Contracts, chat: Chat) -> None:
    asked: list[Request] = []

    def tape(request: Request) -> Response:
        asked.append(request)
        return TAPED

    request = chat()
    victim = Victims(contracts, tape).find(request)
    assert victim.reply is not None
    assert (victim.reply.status, victim.reply.body) == (200, b'{"a": 1}')
    assert asked == [request]


def test_without_a_tape_the_contract_answers(victims: Victims, chat: Chat) -> None:
    victim = victims.find(chat())
    assert (victim.provider, victim.operation, victim.host) == ("openai", "chat.completions", "api.openai.com")
    assert victim.reply is not None
    assert "choices" in json.loads(victim.reply.body)
    assert victim.reply.framing is None


def test_who_asks_for_a_stream_is_answered_with_one(victims: Victims, chat: Chat) -> None:
    victim = victims.find(chat(stream=True))
    assert victim.reply is not None
    assert victim.reply.framing == "sse"
    assert len(victim.reply.pieces) > 1


def test_a_stream_on_tape_that_no_contract_knows(contracts: Contracts, chat: Chat) -> None:
    headers = Headers((("content-type", "text/event-stream"),))
    taped = Response(status=200, headers=headers, body=Body(content=b"data: 1\n\ndata: 2\n\n"))
    victim = Victims(contracts, lambda request: taped).find(chat("https://unknown.invalid/"))
    assert victim.contract is None
    assert victim.reply is not None
    assert victim.reply.pieces == (b"data: 1\n\n", b"data: 2\n\n")


def test_errors_have_the_shape_of_the_provider(victims: Victims, chat: Chat) -> None:
    for request in (chat(), chat("https://api.openai.com/v1/nothing")):
        victim = victims.find(request)
        assert victim.provider == "openai"
        assert json.loads(victim.shapes(None).error(429, "Too much.").body)["error"]["message"] == "Too much."


def test_of_an_operation_that_the_contract_lacks_nobody_knows_the_answer(victims: Victims, chat: Chat) -> None:
    victim = victims.find(chat("https://api.openai.com/v1/nothing"))
    assert (victim.operation, victim.reply) == (None, None)


def test_without_a_contract_errors_are_words(victims: Victims, chat: Chat) -> None:
    victim = victims.find(chat("https://unknown.invalid/"))
    assert (victim.provider, victim.reply) == (None, None)
    reply = victim.shapes(None).error(503, "Service Unavailable.")
    assert (reply.status, reply.body) == (503, b"Service Unavailable.\n")
    assert (reply.headers.get("content-type") or "").startswith("text/plain")
    assert victim.shapes(None).failure() is None
