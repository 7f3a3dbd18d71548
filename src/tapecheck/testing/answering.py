"""Whatever a provider may answer, recorded or not, as a strategy of Hypothesis."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.contracts import Contract, Contracts, Match, Operation
from tapecheck.errors import UsageError
from tapecheck.generation import Generator
from tapecheck.serving import chosen
from tapecheck.testing.generated_answer import GeneratedAnswer
from tapecheck.testing.making import Answering
from tapecheck.testing.reading import known_contracts

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def answers(
    provider: str,
    operation: str,
    *,
    stream: bool = False,
    surprises: bool = True,
    contracts: Path | None = None,
) -> SearchStrategy[GeneratedAnswer]:
    """Return a strategy for the successes that a contract allows, whole: a body, or a stream with all of its events.

    A stream may fail as the contract says that streams fail. Answers with the status of an error are no part of it.

    Args:
        provider: whose answers.
        operation: its name in the contract.
        stream: whether the request asked for a stream; an operation that does nothing but stream always does.
        surprises: whether to make also what the contract allows without knowing it: fields that it does not declare,
            values that sets which grow do not list yet.
        contracts: their folder, which is read once; None is for those that come with tapecheck.

    Raises:
        ContractError: a contract is broken.
        UsageError: there is no such provider or operation, or it does not stream.
    """
    from tapecheck.generation.drawn import made

    match = matching(known_contracts(contracts), provider, operation)
    if stream and match.operation.stream is None:
        raise UsageError(f"the operation {operation!r} of {provider!r} does not stream", path=match.contract.path)
    streamed = stream or match.operation.response is None
    answering = Answering(match, _generator(contracts, provider, surprises=surprises))
    return made(lambda source: answering.answer(source, streamed=streamed))


def matching(contracts: Contracts, provider: str, operation: str) -> Match:
    """Return an operation and the contract that declares it.

    Raises:
        UsageError: there is no such provider or operation.
    """
    contract = chosen(contracts, [provider]).by_provider[provider]
    return Match(contract=contract, operation=_declared(contract, operation))


def _declared(contract: Contract, name: str) -> Operation:
    known = {one.name: one for one in contract.operations}
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(sorted(known)) or 'none'}."
        raise UsageError(f"{contract.provider!r} has no operation {name!r}", path=contract.path, hint=hint)
    return known[name]


@cache
def _generator(folder: Path | None, provider: str, *, surprises: bool) -> Generator:
    return Generator(known_contracts(folder).by_provider[provider], surprises=surprises)
