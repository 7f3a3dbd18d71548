from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from tapecheck.contracts import Contracts
from tapecheck.errors import FaultError
from tapecheck.faults import FAULTS, Ending, Unreached
from tapecheck.intercepting import Faults
from tapecheck.model import Body, Headers, Request, Response

Chat = Callable[..., Request]

TAPED = Response(status=200, headers=Headers((("content-type", "application/json"),)), body=Body(content=b'{"a": 1}'))
UNKNOWN = "https://unknown.invalid/"


@pytest.fixture
def faults(contracts: Contracts) -> Faults:
    """Faults without a tape."""
    return Faults(lambda: contracts, lambda request: None)


def test_without_faults_nobody_is_asked_for_contracts_or_tapes(chat: Chat) -> None:
    def fails(*_: object) -> NoReturn:
        raise AssertionError("nothing is needed")

    assert Faults(fails, fails).answer(chat()) is None


def test_a_fault_comes_as_often_as_it_shall_and_then_the_tape_answers(faults: Faults, chat: Chat) -> None:
    faults.add("status-500", times=2)
    replies = [faults.answer(chat()) for _ in range(3)]
    assert [reply and reply.status for reply in replies] == [500, 500, None]
    assert faults.unused() == []


def test_faults_come_one_after_the_other(faults: Faults, chat: Chat) -> None:
    faults.sequence("status-500", None, FAULTS["read-timeout"])
    faults.add("connect-refused")
    first, second, third, fourth, fifth = (faults.answer(chat()) for _ in range(5))
    assert first is not None
    assert first.status == 500
    assert second is None
    assert third is not None
    assert (third.silent, third.ending) == (True, Ending.HOLD)
    assert fourth is not None
    assert fourth.unreached is Unreached.REFUSED
    assert fifth is None


def test_a_row_of_faults_can_come_again(faults: Faults, chat: Chat) -> None:
    faults.sequence("status-500", "status-429", times=2)
    replies = [faults.answer(chat()) for _ in range(5)]
    assert [reply and reply.status for reply in replies] == [500, 429, 500, 429, None]


def test_a_fault_for_ever(faults: Faults, chat: Chat) -> None:
    faults.add("status-503", times=None)
    assert faults.unused() == ["the fault 'status-503'"]
    assert {reply.status for _ in range(9) if (reply := faults.answer(chat())) is not None} == {503}
    assert faults.unused() == []


def test_a_fault_is_cut_from_the_tape(contracts: Contracts, chat: Chat) -> None:
    faults = Faults(lambda: contracts, lambda request: TAPED)
    faults.add("truncated-json")
    reply = faults.answer(chat())
    assert reply is not None
    assert reply.body == b'{"a"'


def test_a_fault_is_cut_from_what_the_contract_allows(faults: Faults, chat: Chat) -> None:
    faults.add("stream-no-end")
    reply = faults.answer(chat(stream=True))
    assert reply is not None
    assert (reply.framing, reply.ending) == ("sse", Ending.HOLD)


def test_a_fault_of_streams_waits_for_a_stream(faults: Faults, chat: Chat) -> None:
    faults.add("stream-no-end")
    assert faults.answer(chat()) is None
    assert faults.unused() == ["the fault 'stream-no-end', as no answer was of a kind that it befalls"]
    assert faults.answer(chat(stream=True)) is not None
    assert faults.unused() == []


def test_faults_of_a_provider_and_an_operation(faults: Faults, chat: Chat) -> None:
    faults.add("status-500", provider="openai", operation="chat.completions")
    faults.add("status-429", provider="stripe")
    faults.add("status-404", provider="openai", operation="models")
    other = faults.answer(chat(UNKNOWN))
    assert other is None
    reply = faults.answer(chat())
    assert reply is not None
    assert reply.status == 500
    assert faults.answer(chat()) is None
    assert faults.unused() == ["the fault 'status-429' for stripe", "the fault 'status-404' for openai models"]


def test_what_has_not_come_is_told(faults: Faults, chat: Chat) -> None:
    faults.add("status-500", times=3)
    faults.sequence("read-timeout", None, "status-429", None)
    faults.answer(chat())
    assert faults.unused() == ["the fault 'status-500', 2 times", "the fault 'read-timeout' and 'status-429', 2 times"]


def test_without_an_answer_only_some_faults_can_be(faults: Faults, chat: Chat) -> None:
    faults.sequence("status-503", "read-timeout", "dns-failure", "truncated-json")
    assert [reply.status for _ in range(2) if (reply := faults.answer(chat(UNKNOWN)))] == [503, 200]
    assert faults.answer(chat(UNKNOWN)) is not None
    with pytest.raises(FaultError, match="'truncated-json' befalls an answer") as caught:
        faults.answer(chat(UNKNOWN + "?key=secret"))
    assert "for unknown.invalid there is none" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "here", ["http://localhost:8000/", "http://app.localhost/", "http://127.0.0.1:1/x", "http://[::1]/"]
)
def test_this_machine_is_left_alone_unless_the_tape_knows_it(contracts: Contracts, chat: Chat, here: str) -> None:
    tapes: dict[str, Response] = {}
    faults = Faults(lambda: contracts, lambda request: tapes.get(request.uri))
    faults.add("status-500")
    assert faults.answer(chat(here)) is None
    tapes[here] = TAPED
    reply = faults.answer(chat(here))
    assert reply is not None
    assert reply.status == 500


@pytest.mark.parametrize(
    ("names", "times", "message"),
    [
        (("read-timout",), 1, "there is no fault 'read-timout'"),
        ((503,), 1, "there is no fault '503'"),
        (("read-timeout",), "2", "cannot come '2' times"),
        ((), 1, "no fault is named"),
        ((None,), 1, "no fault is named"),
        (("read-timeout",), 0, "cannot come 0 times"),
    ],
)
def test_mistakes(faults: Faults, names: tuple[Any, ...], times: int, message: str) -> None:
    with pytest.raises(FaultError, match=message):
        faults.sequence(*names, times=times)
    assert faults.unused() == []


@pytest.mark.parametrize(
    ("whom", "told"),
    [
        ({"provider": "opnai"}, "there is no contract of 'opnai'\n  Did you mean openai?"),
        ({"provider": "openai", "operation": "chat.completion"}, "no operation 'chat.completion' in the contract of"),
        ({"operation": "nowhere.at.all"}, "no operation 'nowhere.at.all' in any contract"),
        ({"provider": "openai", "operation": "messages"}, "no operation 'messages' in the contract of 'openai'"),
    ],
)
def test_whom_no_contract_knows_no_fault_can_befall(faults: Faults, whom: dict[str, str], told: str) -> None:
    with pytest.raises(FaultError) as caught:
        faults.add("status-500", **whom)  # type: ignore[arg-type]
    assert told in str(caught.value)
