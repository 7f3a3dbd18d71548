from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tapecheck.contracts import Contracts
from tapecheck.errors import FaultError, GenerationError
from tapecheck.faults import FAULTS, Reply, find_fault
from tapecheck.generation import Generator, RandomSource
from tapecheck.model import Headers, Request
from tapecheck.serving import Answer, Source, StandIn, Tapes, servable

Ask = Callable[..., Request]
Record = Callable[..., Path]

HI = {"text": "hi"}
JSON = Headers((("content-type", "application/json"),))
HELLO = Reply(status=200, reason="OK", headers=JSON, pieces=(b'{"text": "hello"}',))
BUSY = Reply(status=429, reason="Busy", headers=JSON, pieces=(b'{"kind": "error", "code": 429, "message": "busy"}',))


@pytest.fixture
def standin(contracts: Contracts, ask: Ask, record: Record) -> StandIn:
    record("talk/say/busy", ask("/v1/say", {"text": "busy"}), BUSY)
    return StandIn(contracts, Tapes.load([record("talk/say/hello", ask("/v1/say", HI), HELLO)], contracts))


def summary(answer: Answer) -> tuple[int, str, str | None]:
    return answer.reply.status, answer.source.value, answer.name


def test_what_was_recorded_is_answered_so(standin: StandIn, ask: Ask) -> None:
    for request in (ask("/v1/say", HI), ask("/talk/v1/say", HI, host="http://127.0.0.1:1")):
        answer = standin.answer(request)
        assert summary(answer) == (200, "cassette", "talk/say/hello")
        assert (answer.provider, answer.operation, answer.reply) == ("talk", "say", HELLO)


def test_what_was_not_is_generated(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", {"text": "new"}))
    assert summary(answer) == (200, "generated", None)
    assert json.loads(answer.reply.body)["text"]


def test_a_stream_is_generated_where_one_is_asked_for(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", {"text": "new", "stream": True}, accept="text/event-stream"))
    assert answer.reply.framing == "sse"
    assert len(answer.reply.pieces) > 1


def test_the_same_request_is_answered_alike(contracts: Contracts, ask: Ask) -> None:
    first, second = (StandIn(contracts, sources=RandomSource).answer(ask("/v1/say", {"text": "new"})) for _ in "12")
    assert first == second


def test_a_cassette_can_be_named(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", {}, x_tapecheck_cassette="talk/say/busy", x_key=""))
    assert summary(answer) == (429, "cassette", "talk/say/busy")
    assert answer.reply == BUSY


def test_a_cassette_that_is_named_must_be_there(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", HI, x_tapecheck_cassette="talk/say/helo"))
    assert summary(answer) == (400, "refused", None)
    assert b"The nearest: talk/say/hello" in answer.reply.body
    assert (answer.provider, answer.operation) == ("talk", "say")


def test_a_bad_request_is_refused_in_the_shape_of_the_provider(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", {"text": 1}))
    assert summary(answer) == (422, "refused", None)
    error = json.loads(answer.reply.body)
    assert (error["kind"], error["code"]) == ("error", 422)
    assert error["message"].endswith(" at /text.")


def test_what_is_not_declared_is_refused(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", method="PUT"))
    assert summary(answer) == (405, "refused", None)
    assert (answer.provider, answer.operation) == ("talk", None)
    assert answer.reply.headers.get("allow") == "POST"
    assert json.loads(answer.reply.body)["message"] == "/v1/say takes POST, and not PUT."
    assert summary(standin.answer(ask("/v1/nothing"))) == (404, "refused", None)


def test_who_names_no_provider_is_told_which_there_are(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", HI, host="http://127.0.0.1:1"))
    assert summary(answer) == (404, "refused", None)
    assert answer.reply.body == b"Expected a path that begins with /talk/.\n"
    assert answer.provider is None


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if not fault.unreached])
def test_each_fault_can_be_asked_for(standin: StandIn, ask: Ask, name: str) -> None:
    request = ask("/v1/say?alt=sse", {"text": "new", "stream": True}, x_tapecheck_fault=name)
    answer = standin.answer(request)
    assert (answer.source, answer.name) == (Source.FAULT, name)
    assert answer.reply != standin.answer(replace(request, headers=ask("/", HI).headers)).reply


def test_errors_on_demand_have_the_shape_of_the_provider(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", HI, x_tapecheck_fault="status-429-retry-after"))
    assert json.loads(answer.reply.body)["code"] == 429
    assert answer.reply.headers.get("retry-after") == "1"


def test_a_recorded_answer_can_be_befallen(standin: StandIn, ask: Ask) -> None:
    answer = standin.answer(ask("/v1/say", HI, x_tapecheck_fault="truncated-json"))
    assert answer.reply.body == HELLO.body[: len(HELLO.body) // 2]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no-such", "no fault 'no-such'"),
        ("stream-no-end", "streams only"),
        ("dns-failure", "no server can cause the fault 'dns-failure'"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(standin: StandIn, ask: Ask, name: str, words: str) -> None:
    answer = standin.answer(ask("/v1/say", HI, x_tapecheck_fault=name))
    assert summary(answer) == (400, "refused", None)
    assert words in answer.reply.body.decode()


def test_servable_faults_are_found_by_their_names() -> None:
    assert servable("read-timeout") is FAULTS["read-timeout"]
    with pytest.raises(FaultError, match="no server can cause the fault 'tls-failure'") as caught:
        servable("tls-failure")
    assert "@pytest.mark.fault('tls-failure')" in (caught.value.hint or "")


def test_a_fault_for_all(contracts: Contracts, ask: Ask) -> None:
    standin = StandIn(contracts, fault=find_fault("stream-no-end"))
    assert standin.answer(ask("/v1/say", HI)).source is Source.GENERATED
    assert standin.answer(ask("/v1/say", {**HI, "stream": True})).name == "stream-no-end"
    named = standin.answer(ask("/v1/say", HI, x_tapecheck_fault="status-500"))
    assert named.name == "status-500"


def test_a_refused_request_is_not_befallen(contracts: Contracts, ask: Ask) -> None:
    standin = StandIn(contracts, fault=find_fault("status-500"))
    assert standin.answer(ask("/v1/say", {})).source is Source.REFUSED
    assert standin.answer(ask("/v1/say", {}, x_tapecheck_fault="status-500")).source is Source.REFUSED


def test_what_cannot_be_generated_is_said(contracts: Contracts, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: object) -> None:
        raise GenerationError("no example was found")

    monkeypatch.setattr(Generator, "answer", answer)
    reply = StandIn(contracts).answer(ask("/v1/say", HI)).reply
    assert (reply.status, reply.body) == (501, b"no example was found\n")


def test_providers_are_named(standin: StandIn) -> None:
    assert standin.providers == ("talk",)
