from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, find, settings

from tapecheck.contracts import Contracts, load
from tapecheck.faults import Reply
from tapecheck.generation import Generator
from tapecheck.generation.drawn import DrawnSource, made
from tapecheck.model import Body, Headers, Request
from tapecheck.testing.answering import matching
from tapecheck.testing.making import Answering
from tapecheck.testing.playing import Playing
from tests.unit.testing.chat import write_contract

SEARCH = settings(database=None, phases=[Phase.generate, Phase.shrink])
URL = "https://chat.example/talk"


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    return load(write_contract(tmp_path)).contracts


def asked(uri: str = URL, *, stream: bool = False, **headers: str) -> Request:
    body = Body(content=json.dumps({"stream": stream}).encode())
    return Request(method="POST", uri=uri, headers=Headers(tuple(headers.items())), body=body)


def played(
    contracts: Contracts, *requests: Request, breaks: Callable[[Playing], object] = bool, stream: bool | None = None
) -> tuple[list[Reply | None], Playing]:
    """Return the smallest replies to the requests, and who gave them."""
    match = matching(contracts, "chat", "talk")
    answering = Answering(match, Generator(match.contract))
    players = made(lambda source: Playing(contracts, answering, source, stream=stream))

    def replies(player: Playing) -> tuple[list[Reply | None], Playing]:
        return [player.answer(request) for request in requests], player

    return find(players.map(replies), lambda found: bool(breaks(found[1])), settings=SEARCH)


def bodies(replies: list[Reply | None]) -> list[bytes | None]:
    return [None if reply is None else reply.body for reply in replies]


def test_each_request_gets_what_it_asks_for(contracts: Contracts) -> None:
    sse, array = asked(stream=True, accept="text/event-stream"), asked(stream=True)
    replies, player = played(contracts, asked(), sse, array)
    assert bodies(replies) == [b'{"text":"text"}', b'data: {"type":"end"}\n\n', b'[{"type":"end"}]']
    assert [answer.reply for answer in player.answers] == replies
    assert player.asked == 3


def test_requests_for_something_else_are_not_answered(contracts: Contracts) -> None:
    others = [asked("https://other.example/talk"), asked("https://chat.example/listen")]
    replies, player = played(contracts, *others)
    assert replies == [None, None]
    assert (player.asked, player.answers, player.stopped) == (0, [], None)


def test_the_host_may_be_another_one(contracts: Contracts) -> None:
    assert bodies(played(contracts, asked("http://127.0.0.1:9/chat/talk"))[0]) == [b'{"text":"text"}']


def test_what_is_no_json_asks_for_no_stream(contracts: Contracts) -> None:
    request = Request(method="POST", uri=URL, body=Body(content=b"{"))
    assert bodies(played(contracts, request)[0]) == [b'{"text":"text"}']


@pytest.mark.parametrize(("stream", "expected"), [(True, [False, True]), (False, [True, False]), (None, [True, True])])
def test_only_requests_of_one_kind_are_answered(
    contracts: Contracts, stream: bool | None, expected: list[bool]
) -> None:
    replies, player = played(contracts, asked(), asked(stream=True), stream=stream)
    assert [reply is not None for reply in replies] == expected
    assert player.asked == sum(expected)


def test_each_answer_is_drawn_anew(contracts: Contracts) -> None:
    def differ(player: Playing) -> bool:
        return len({answer.body for answer in player.answers}) == 2

    replies, _ = played(contracts, asked(), asked(), breaks=differ)
    assert b'{"text":"text"}' in bodies(replies)


def test_what_ends_an_example_is_noted(contracts: Contracts) -> None:
    class Ended(BaseException):
        pass

    def draw(*_: object) -> object:
        raise Ended

    match = matching(contracts, "chat", "talk")
    source = DrawnSource(draw)  # type: ignore[arg-type]
    player = Playing(contracts, Answering(match, Generator(match.contract)), source, stream=None)
    with pytest.raises(Ended):
        player.answer(asked())
    assert isinstance(player.stopped, Ended)
    assert (player.asked, player.answers) == (1, [])
