from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tapecheck.contracts import Contracts
from tapecheck.errors import ContractError
from tapecheck.mocking.answers import Judge
from tapecheck.mocking.stage import Answer
from tapecheck.model import Body, Code, Finding, Headers, Request, RunningTest, Side
from tests.unit.mocking.conftest import BAD, CUT, GOOD, STREAM, URL

TEST = RunningTest(name="test_chat.py::test_say", path=Path("tests/test_chat.py"), line=7)

NONE = Headers()


def answer(
    content: bytes | None, status: int = 200, url: str = URL, headers: Headers = NONE, sent: bytes = b"{}"
) -> Answer:
    request = Request(method="POST", uri=url, body=Body(content=sent))
    return Answer(by="somebody", request=request, status=status, headers=headers, content=lambda: content)


def judged(contracts: Contracts, *answers: Answer) -> list[Finding]:
    return list(Judge(lambda: contracts).broken(answers, TEST))


def test_a_finding_says_where_in_the_answer_and_which_schema(contracts: Contracts) -> None:
    [found] = judged(contracts, answer(json.dumps(BAD).encode()))
    assert found.code is Code.MOCKED_ANSWER
    assert found.severity is Code.MOCKED_ANSWER.severity
    assert (found.cassette, found.line, found.interaction) == ("tests/test_chat.py", 7, None)
    assert (found.provider, found.operation, found.side) == ("talk", "say", Side.RESPONSE)
    assert found.instance_path == "/id"
    assert (found.schema_path or "").endswith("response.schema.json#/properties/id/type")
    assert "generated" in (found.hint or "")


def test_each_thing_is_told_once_whoever_has_answered_it(contracts: Contracts) -> None:
    wrong = answer(json.dumps(BAD).encode())
    other = answer(b"{}")
    assert [one.instance_path for one in judged(contracts, wrong, wrong, other, wrong)] == ["/id", ""]


@pytest.mark.parametrize(
    "right",
    [
        answer(json.dumps(GOOD).encode()),
        answer(json.dumps({"id": "a", "more": 1}).encode()),
        answer(b'{"error": "slowly"}', 429),
        answer(b"", 429),
        answer(None),
        answer(STREAM, headers=Headers((("Content-Type", "text/event-stream"),)), sent=b'{"stream": true}'),
        answer(gzip.compress(b'{"id": "a"}'), headers=Headers((("Content-Encoding", "gzip"),))),
        answer(b"nonsense", url="https://elsewhere.example/v1/say"),
        answer(b"nonsense", url="https://api.talk.example/v1/another"),
        answer(b'{"id": "a"}', sent=b'{"stream": 1}'),
    ],
)
def test_what_the_contract_allows_or_does_not_know_is_right(contracts: Contracts, right: Answer) -> None:
    assert judged(contracts, right) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (answer(b""), "has no body"),
        (answer(b"<html>"), "JSON"),
        (answer(b'{"error": 1}', 429), "string"),
        (answer(b"", 418), "status 418"),
        (answer(CUT, headers=Headers((("Content-Type", "text/event-stream"),)), sent=b'{"stream": true}'), "end"),
        (answer(gzip.compress(b"{}")[:-9], headers=Headers((("Content-Encoding", "gzip"),))), "gzip"),
    ],
)
def test_what_the_contract_forbids_is_told(contracts: Contracts, wrong: Answer, words: str) -> None:
    found = judged(contracts, wrong)
    assert [one.code for one in found] == [Code.MOCKED_ANSWER] * len(found)
    assert words in found[0].message


def test_a_secret_in_an_answer_is_not_told(contracts: Contracts) -> None:
    key = "sk-proj-" + "a1B2c3D4" * 6
    found = judged(contracts, answer(json.dumps({"id": {"key": key}}).encode()))
    assert found
    assert all(key not in one.message for one in found)


@pytest.mark.parametrize("url", ["http://testserver/v1/say", "http://127.0.0.1:8000/", "http://[::1]/", "/v1/say", "["])
def test_what_stays_on_this_machine_needs_no_contract(url: str) -> None:
    judge = Judge(lambda: pytest.fail("no contract is needed"))
    assert list(judge.broken([answer(b"", url=url)], TEST)) == []


def test_contracts_are_loaded_once(contracts: Contracts) -> None:
    loads: list[Contracts] = []

    def load() -> Contracts:
        loads.append(contracts)
        return contracts

    judge = Judge(load)
    for _ in range(2):
        list(judge.broken([answer(b"{}")], TEST))
    assert len(loads) == 1


def test_a_broken_contract_goes_to_whoever_asks() -> None:
    def broken() -> Contracts:
        raise ContractError("a contract is broken")

    with pytest.raises(ContractError, match="a contract is broken"):
        list(Judge(broken).broken([answer(b"{}")], TEST))
