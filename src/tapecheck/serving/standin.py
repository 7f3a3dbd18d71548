"""What is answered to a request: no sockets, no clock; the same request is always answered alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from tapecheck.checking.engine import RustEngine
from tapecheck.checking.payload import Document, read_document
from tapecheck.checking.problem import Validation
from tapecheck.contracts import Contract, Contracts, Match, Unmatched
from tapecheck.errors import CassetteError, FaultError, TapecheckError
from tapecheck.faults import Fault, Reply, find_fault
from tapecheck.generation import Generator, PlainSource
from tapecheck.model import Request
from tapecheck.serving import replies
from tapecheck.serving.answer import Answer, Source
from tapecheck.serving.equality import fingerprint
from tapecheck.serving.examples import Examples, Sources
from tapecheck.serving.failures import Failures
from tapecheck.serving.inspecting import Refusal, inspect, unmatched
from tapecheck.serving.routing import route
from tapecheck.serving.tapes import Tapes

CASSETTE_HEADER: Final = "x-tapecheck-cassette"
"""Names the cassette to answer from: `<provider>/<operation>/<scenario>`."""

FAULT_HEADER: Final = "x-tapecheck-fault"
"""Names the fault that befalls the answer."""


def servable(name: str) -> Fault:
    """Return a fault that a server can cause.

    Raises:
        FaultError: there is none of this name, or it happens before a server is reached.
    """
    fault = find_fault(name)
    if fault.unreached:
        hint = f"Only the client's own process can have it: mark a test with @pytest.mark.fault({name!r})."
        raise FaultError(f"no server can cause the fault {name!r}, as none is reached", hint=hint)
    return fault


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request, and all that is known of it before it is answered."""

    match: Match
    request: Request
    fingerprint: str


class StandIn:
    """Stands in for providers.

    Args:
        contracts: of those that it stands in for.
        tapes: what has been recorded of them.
        fault: befalls every answer that it can befall, unless a request names another one.
        sources: of choices for what is generated.
    """

    def __init__(
        self,
        contracts: Contracts,
        tapes: Tapes = Tapes(),  # noqa: B008 - frozen
        fault: Fault | None = None,
        sources: Sources = lambda number: PlainSource(),
    ) -> None:
        engine = RustEngine(contracts.schemas)
        generators = MappingProxyType({contract.provider: Generator(contract) for contract in contracts})
        self._contracts = contracts
        self._tapes = tapes
        self._fault = fault
        self._validation = Validation(engine=engine, annotator=engine, schemas=contracts.schemas)
        self._examples = Examples(generators, sources)
        self._failures = Failures(generators, engine)

    @property
    def providers(self) -> tuple[str, ...]:
        """Return the names of the providers."""
        return tuple(contract.provider for contract in self._contracts)

    def answer(self, request: Request) -> Answer:
        """Answer a request.

        Args:
            request: its URI has the provider's own host, or any host and the provider's name as the first segment.
        """
        way = route(self._contracts, request.method, request.uri)
        match way.found:
            case Match() as match:
                asked = fingerprint(match, request, way.uri)
                return self._matched(_Asked(match=match, request=request, fingerprint=asked))
            case Unmatched(contract=Contract() as contract) as found:
                return self._unmatched(contract, unmatched(found, request.method))
            case _:
                names = " or ".join(f"/{name}/" for name in self.providers)
                return _refused(replies.text(404, f"Expected a path that begins with {names}."))

    def _unmatched(self, contract: Contract, refusal: Refusal) -> Answer:
        reply = self._failures.error(contract, None, refusal.status, refusal.message)
        if refusal.allow:
            reply = reply.with_header("allow", ", ".join(refusal.allow))
        return replace(_refused(reply), provider=contract.provider)

    def _matched(self, asked: _Asked) -> Answer:
        try:
            answer = self._befallen(asked, self._undisturbed(asked))
        except (CassetteError, FaultError) as error:  # what the headers ask for cannot be
            answer = _refused(replies.text(400, str(error)))
        except TapecheckError as error:
            answer = _refused(replies.text(501, str(error)))
        match = asked.match
        return replace(answer, provider=match.contract.provider, operation=match.operation.name)

    def _undisturbed(self, asked: _Asked) -> Answer:
        if (name := asked.request.headers.get(CASSETTE_HEADER)) is not None:
            recorded = self._tapes.named(name, asked.match, asked.fingerprint)
            return Answer(reply=recorded.reply, source=Source.CASSETTE, name=recorded.name)
        if (refusal := inspect(asked.match, asked.request, self._validation)) is not None:
            return _refused(self._error(asked.match, refusal))
        if (found := self._tapes.by_request.get(asked.fingerprint)) is not None:
            return Answer(reply=found.reply, source=Source.CASSETTE, name=found.name)
        body = read_document(asked.request.body)
        number = int(asked.fingerprint, 16)
        value = body.value if isinstance(body, Document) else None
        reply = self._examples.answer(asked.match, asked.request, value, number)
        return Answer(reply=reply, source=Source.GENERATED)

    def _befallen(self, asked: _Asked, answer: Answer) -> Answer:
        """Return the answer with a fault; a refused request stays refused, so that nobody takes it for the fault."""
        named = asked.request.headers.get(FAULT_HEADER)
        fault = self._fault if named is None else servable(named)
        if fault is None or answer.source is Source.REFUSED:
            return answer
        match = asked.match
        shapes = self._failures.shapes(match.contract, match.operation, answer.reply.framing)
        try:
            reply = fault.apply(answer.reply, shapes)
        except FaultError:
            if named is None:
                return answer
            raise
        return Answer(reply=reply, source=Source.FAULT, name=fault.name)

    def _error(self, match: Match, refusal: Refusal) -> Reply:
        return self._failures.error(match.contract, match.operation, refusal.status, refusal.message)


def _refused(reply: Reply) -> Answer:
    return Answer(reply=reply, source=Source.REFUSED)
