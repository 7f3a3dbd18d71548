from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings

from tapecheck.errors import UsageError
from tapecheck.model import JSONValue
from tapecheck.testing import GeneratedAnswer, answers
from tests.unit.testing.chat import write_contract

SEARCH = settings(database=None, max_examples=500, phases=[Phase.generate, Phase.shrink])


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_contract(tmp_path_factory.mktemp("contracts"))


def smallest(contracts: Path, breaks: Callable[[GeneratedAnswer], object], **which: bool) -> GeneratedAnswer:
    strategy = answers("chat", "talk", contracts=contracts, **which)
    return find(strategy, lambda one: bool(breaks(one)), settings=SEARCH)


def body(answer: GeneratedAnswer) -> dict[str, JSONValue]:
    value = answer.json()
    assert isinstance(value, dict)
    return value


def test_an_answer_is_one_that_the_contract_allows(contracts: Path) -> None:
    @settings(database=None)
    @given(answers("chat", "talk", surprises=False, contracts=contracts))
    def holds(answer: GeneratedAnswer) -> None:
        assert {"text"} <= body(answer).keys() <= {"text", "mood"}
        assert body(answer).get("mood", "good") in ("good", "bad")

    holds()


def test_surprises_are_among_them(contracts: Path) -> None:
    assert body(smallest(contracts, lambda one: body(one).keys() > {"text", "mood"})).keys() > {"mood"}
    unknown = smallest(contracts, lambda one: body(one).get("mood", "good") not in ("good", "bad"))
    assert body(unknown).keys() == {"text", "mood"}
    assert body(smallest(contracts, lambda one: True)).keys() == {"text"}


def test_it_shrinks_to_the_smallest(contracts: Path) -> None:
    assert smallest(contracts, lambda one: True).json() == {"text": "text"}
    found = smallest(contracts, lambda one: len(one.pieces) >= 3, stream=True)
    word = {"type": "word", "text": "text"}
    assert found.json() == [word, word, {"type": "end"}]
    assert found.body.startswith(b'data: {"type":"word"')


def test_what_does_nothing_but_stream_streams(contracts: Path) -> None:
    found = find(answers("chat", "listen", contracts=contracts), lambda one: True, settings=SEARCH)
    assert found.events == (("end", {"type": "end"}),)


def test_what_there_is_not_is_said(contracts: Path) -> None:
    with pytest.raises(UsageError, match="no contract of 'chatt'"):
        answers("chatt", "talk", contracts=contracts)
    with pytest.raises(UsageError, match=r"no operation 'talks'\n.*Did you mean 'talk'"):
        answers("chat", "talks", contracts=contracts)
    with pytest.raises(UsageError, match="There are forget, listen, talk"):
        answers("chat", "xyz", contracts=contracts)
    with pytest.raises(UsageError, match="'forget' of 'chat' does not stream"):
        answers("chat", "forget", stream=True, contracts=contracts)
