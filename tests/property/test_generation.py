"""Whatever the generator makes of the contracts that we ship, the rules have nothing to say about."""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, find, given, settings

from tapecheck.checking import Checker
from tapecheck.contracts import Contract, Contracts, Match, Operation, load
from tapecheck.generation import Event, Generator, PlainSource, RandomSource, encode
from tapecheck.model import Body, Headers, Interaction, Request, Response
from tapecheck.testing import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.generation import Source
    from tapecheck.model import JSONValue
    from tapecheck.testing import GeneratedAnswer

CONTRACTS = load(Path(__file__).parents[2] / "contracts").contracts
OPERATIONS = [(contract, operation) for contract in CONTRACTS for operation in contract.operations]
STREAMS = [(contract, operation) for contract, operation in OPERATIONS if operation.stream is not None]
MEDIA = {"sse": "text/event-stream", "json-array": "application/json"}
SEEDS = range(6)
SOURCES: dict[str, Callable[[], Source]] = {
    "plain": PlainSource,
    **{f"seed {seed}": partial(RandomSource, seed) for seed in SEEDS},
}


@cache
def generator(provider: str, *, surprises: bool = False) -> Generator:
    return Generator(CONTRACTS.by_provider[provider], surprises=surprises)


@cache
def checker(provider: str) -> Checker:
    return Checker(Contracts().with_contract(CONTRACTS.by_provider[provider]))


def name_of(pair: tuple[Contract, Operation]) -> str:
    return f"{pair[0].provider} {pair[1].name}"


def findings(pair: tuple[Contract, Operation], asked: JSONValue, status: int, media: str, body: bytes) -> list[str]:
    """Check an answer as if it had been recorded."""
    contract, operation = pair
    request = Request(
        method=operation.method,
        uri=f"https://{contract.hosts[0]}{operation.paths[0].text}",
        body=Body(content=b"" if asked is None else json.dumps(asked).encode()),
    )
    response = Response(status=status, headers=Headers((("content-type", media),)), body=Body(content=body))
    interaction = Interaction(index=0, line=1, request=request, response=response)
    match = Match(contract=contract, operation=operation)
    problems = checker(contract.provider).problems(match, interaction)
    return [f"{problem.code} {problem.message} at {problem.instance_path}" for problem in problems]


def of_stream(pair: tuple[Contract, Operation], asked: JSONValue, events: tuple[Event, ...], framing: str) -> list[str]:
    _, operation = pair
    assert operation.stream is not None
    body = b"".join(encode(events, framing, operation.stream))
    return findings(pair, asked, min(operation.success), MEDIA[framing], body)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("pair", OPERATIONS, ids=name_of)
def test_documents_and_errors_are_as_the_contract_says(
    pair: tuple[Contract, Operation], source: Callable[[], Source]
) -> None:
    contract, operation = pair
    made = generator(contract.provider)
    asked = made.request(operation, source())
    if operation.response is not None:
        answer = json.dumps(made.answer(operation, source())).encode()
        assert findings(pair, asked, min(operation.success), MEDIA["json-array"], answer) == []
    for status in sorted(operation.errors):
        error = json.dumps(made.error(operation, status, source())).encode()
        assert findings(pair, asked, status, MEDIA["json-array"], error) == []


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("pair", STREAMS, ids=name_of)
def test_streams_are_as_the_contract_says(pair: tuple[Contract, Operation], source: Callable[[], Source]) -> None:
    contract, operation = pair
    assert operation.stream is not None
    made = generator(contract.provider)
    asked = made.request(operation, source(), streamed=True)
    events = made.stream(operation, source(), asked)
    for framing in operation.stream.framings:
        assert of_stream(pair, asked, events, framing) == []


@pytest.mark.parametrize("pair", STREAMS, ids=name_of)
def test_one_seed_always_gives_the_same(pair: tuple[Contract, Operation]) -> None:
    contract, operation = pair
    first, second = (Generator(contract).stream(operation, RandomSource(7)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("pair", STREAMS, ids=name_of)
def test_surprises_are_no_errors(pair: tuple[Contract, Operation]) -> None:
    contract, operation = pair
    assert operation.stream is not None
    made = generator(contract.provider, surprises=True)
    asked = made.request(operation, PlainSource(), streamed=True)
    found = [
        problem
        for seed in SEEDS
        for problem in of_stream(pair, asked, made.stream(operation, RandomSource(seed)), operation.stream.framings[0])
    ]
    assert {problem[:5] for problem in found} <= {"TC201", "TC202"}


@pytest.mark.parametrize("pair", OPERATIONS, ids=name_of)
def test_what_hypothesis_draws_is_as_the_contract_says(pair: tuple[Contract, Operation]) -> None:
    _, operation = pair
    for streamed in ([False] if operation.response is not None else []) + ([True] if operation.stream else []):
        held_by_the_rules(pair, streamed=streamed)


def held_by_the_rules(pair: tuple[Contract, Operation], *, streamed: bool) -> None:
    contract, operation = pair
    asked = generator(contract.provider).request(operation, PlainSource(), streamed=streamed)

    @settings(max_examples=5, phases=[Phase.generate], derandomize=True)
    @given(answer=answers(contract.provider, operation.name, stream=streamed, surprises=False))
    def hold(answer: GeneratedAnswer) -> None:
        media = dict(answer.headers)["content-type"]
        assert findings(pair, asked, answer.status, media, answer.body) == []

    hold()


def test_it_shrinks_to_the_smallest() -> None:
    contract, operation = next(pair for pair in STREAMS if pair[1].stream and pair[1].stream.pairs)

    def breaks(answer: GeneratedAnswer) -> bool:
        return answer.events is not None and len(answer.events) >= 4

    search = settings(database=None, phases=[Phase.generate, Phase.shrink])
    smallest = find(answers(contract.provider, operation.name, stream=True), breaks, settings=search)
    assert len(smallest.events or ()) <= 6
