"""What a request would have been answered, had no fault befallen it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from tapecheck.checking.engine import RustEngine
from tapecheck.checking.payload import Document, read_document
from tapecheck.contracts import Contract, Contracts, Match, Operation
from tapecheck.faults import Reply, Shapes
from tapecheck.generation import Generator
from tapecheck.model import Request, Response
from tapecheck.serving import replies
from tapecheck.serving.examples import Examples
from tapecheck.serving.failures import Failures
from tapecheck.serving.tapes import recorded_reply


@dataclass(frozen=True, kw_only=True)
class Victim:
    """A request that a fault may befall.

    Attributes:
        host: that was asked.
        contract: of the host; None where there is none.
        operation: its name in the contract; None where the contract has none.
        recorded: what the tape answers; None where it has nothing.
        example: makes an answer that the contract allows; None where there is no operation.
        shapes: returns those of the provider's failures, for a reply of this framing.
    """

    host: str
    contract: Contract | None
    operation: str | None
    recorded: Reply | None
    example: Callable[[], Reply | None]
    shapes: Callable[[str | None], Shapes]

    @property
    def provider(self) -> str | None:
        """Return the name of the provider; None where there is no contract."""
        return None if self.contract is None else self.contract.provider

    @cached_property
    def reply(self) -> Reply | None:
        """Return what would have been answered; None where nobody knows.

        Raises:
            GenerationError: the contract allows no example.
        """
        return self.example() if self.recorded is None else self.recorded


class Victims:
    """Finds out what requests would have been answered.

    Args:
        contracts: of the providers.
        tape: returns what a cassette has for a request, None where it has nothing.
    """

    def __init__(self, contracts: Contracts, tape: Callable[[Request], Response | None]) -> None:
        generators = {contract.provider: Generator(contract) for contract in contracts}
        self._contracts = contracts
        self._tape = tape
        self._examples = Examples(generators)
        self._failures = Failures(generators, RustEngine(contracts.schemas))

    def find(self, request: Request) -> Victim:
        """Find out what a request would have been answered: by the tape, or else by what the contract allows."""
        found = self._contracts.match(request.method, request.uri)
        match = found if isinstance(found, Match) else None
        operation = None if match is None else match.operation
        response = self._tape(request)
        return Victim(
            host=urlsplit(request.uri).hostname or "",
            contract=found.contract,
            operation=None if operation is None else operation.name,
            recorded=None if response is None else recorded_reply(operation, response),
            example=lambda: None if match is None else self._example(match, request),
            shapes=lambda framing: self._shapes(found.contract, operation, framing),
        )

    def _example(self, match: Match, request: Request) -> Reply:
        body = read_document(request.body)
        return self._examples.answer(match, request, body.value if isinstance(body, Document) else None, 0)

    def _shapes(self, contract: Contract | None, operation: Operation | None, framing: str | None) -> Shapes:
        if contract is None:
            return Shapes(error=replies.text, failure=lambda: None)
        return self._failures.shapes(contract, operation, framing)
