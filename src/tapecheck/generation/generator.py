"""What a provider may answer, made from its contract: documents, errors and whole streams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from tapecheck.checking.engine import RustEngine
from tapecheck.checking.problem import Validation
from tapecheck.checking.undeclared import undeclared
from tapecheck.contracts import Contract, Operation, Schema
from tapecheck.errors import GenerationError
from tapecheck.generation.builder import Builder
from tapecheck.generation.framing import Event
from tapecheck.generation.parts import Family
from tapecheck.generation.source import Source
from tapecheck.generation.streaming import Streaming
from tapecheck.generation.wishes import at
from tapecheck.model import JSONValue

_ATTEMPTS: Final = 60
_Made = TypeVar("_Made")


class Generator:
    """Makes what one provider may answer. Everything is checked by the rules that check recordings.

    Args:
        contract: of the provider.
        surprises: whether to make also what the contract allows without knowing it: fields that it does not declare,
            values that sets which grow do not list yet. Rules call these TC201 and TC202.
    """

    def __init__(self, contract: Contract, *, surprises: bool = False) -> None:
        engine = RustEngine(contract.schemas)
        self._contract = contract
        self._surprises = surprises
        self._family = Family(contract.schemas)
        self._validation = Validation(engine=engine, annotator=engine, schemas=contract.schemas)

    def value(self, schema_uri: str, source: Source, wishes: Sequence[JSONValue] = ()) -> JSONValue:
        """Return a value that keeps a schema.

        Args:
            schema_uri: names the schema.
            source: of choices.
            wishes: schemas, without references and conditions, that the value shall keep as well.

        Raises:
            GenerationError: none was found.
        """
        schema = self._contract.schemas[schema_uri]
        return _first(source, lambda one: self._declared(schema, self._builder(one).value(schema.uri, wishes)))

    def request(self, operation: Operation, source: Source, *, streamed: bool = False) -> JSONValue:
        """Return the body of a request; None where the operation takes none.

        Args:
            operation: that is asked for.
            source: of choices.
            streamed: whether it asks for a stream, where operations have a field for that.

        Raises:
            GenerationError: none was found.
        """
        if operation.request is None:
            return None
        asks: list[JSONValue] = []
        if operation.stream is not None and operation.stream.asked_by is not None:
            wish: JSONValue = {"const": True} if streamed else {"enum": [False, None]}
            asks = [at(operation.stream.asked_by, wish, needed=streamed)]
        return self.value(operation.request.uri, source, asks)

    def answer(self, operation: Operation, source: Source) -> JSONValue:
        """Return the body of a success that is no stream.

        Raises:
            GenerationError: none was found, or the operation only streams.
        """
        if operation.response is None:
            raise GenerationError(f"the operation {operation.name!r} has no response but a stream")
        return self.value(operation.response.uri, source)

    def error(self, operation: Operation, status: int, source: Source) -> JSONValue:
        """Return the body of an error.

        Args:
            operation: that fails.
            status: a number in the body that may be the status is this one.
            source: of choices.

        Raises:
            GenerationError: none was found, or the contract does not say what errors look like.
        """
        schema = operation.error
        if schema is None:
            raise GenerationError(f"the contract does not say what errors of {operation.name!r} look like")
        return _first(source, lambda one: self._declared(schema, self._builder(one, usual=status).value(schema.uri)))

    def stream(self, operation: Operation, source: Source, request: JSONValue = None) -> tuple[Event, ...]:
        """Return the events of a whole stream: name and data of each, None for the closing marker.

        Args:
            operation: that streams.
            source: of choices.
            request: the body that asks for it; events that it demands come. None where nothing is known of it.

        Raises:
            GenerationError: none was found, or the operation does not stream.
        """
        streaming = Streaming(self._contract, operation, self._validation, surprises=self._surprises)
        return _first(source, lambda one: streaming.events(self._builder(one), one, request))

    def _builder(self, source: Source, usual: int | None = None) -> Builder:
        engine = self._validation.engine
        return Builder(engine, self._family, source, surprises=self._surprises, usual=usual)

    def _declared(self, schema: Schema, value: JSONValue) -> JSONValue:
        if not self._surprises:
            for one in undeclared(schema, value, self._validation):
                raise GenerationError(one.message, path=schema.path, pointer=one.instance_path)
        return value


def _first(source: Source, make: Callable[[Source], _Made]) -> _Made:
    """Return what the first attempt gives that does not fail."""
    last = ""
    for attempt in range(_ATTEMPTS):
        try:
            return make(source.again(attempt))
        except GenerationError as error:
            last = error.message
    raise GenerationError(f"no example was found in {_ATTEMPTS} attempts; the last: {last}")
