"""Errors in the provider's own shape."""

from __future__ import annotations

from collections.abc import Mapping

from tapecheck.checking.engine import Engine
from tapecheck.contracts import Contract, Match, Operation
from tapecheck.errors import GenerationError
from tapecheck.faults import Reply, Shapes
from tapecheck.generation import Generator, PlainSource, encode
from tapecheck.generation.wishes import naming
from tapecheck.serving import replies
from tapecheck.serving.wording import worded


class Failures:
    """Makes errors from contracts.

    Args:
        generators: by provider.
        engine: tells whether a message fits into the shape.
    """

    def __init__(self, generators: Mapping[str, Generator], engine: Engine) -> None:
        self._generators = generators
        self._engine = engine

    def error(self, contract: Contract, operation: Operation | None, status: int, message: str) -> Reply:
        """Return an error; in words where the contract has no shape that fits.

        Args:
            contract: of the provider.
            operation: that fails; None where there is none, and the shape is that of the contract's first error.
            status: of the reply.
            message: what is wrong, for people.
        """
        shaped = operation or next((one for one in contract.operations if one.error is not None), None)
        if shaped is None or shaped.error is None:
            return replies.text(status, message)
        uri = shaped.error.uri
        try:
            value = self._generators[contract.provider].error(shaped, status, PlainSource())
        except GenerationError:
            return replies.text(status, message)
        return replies.document(status, worded(value, message, lambda one: self._engine.is_valid(uri, one)))

    def shapes(self, contract: Contract, operation: Operation | None, framing: str | None) -> Shapes:
        """Return what faults need to know of the provider.

        Args:
            contract: of the provider.
            operation: whose reply they befall; None where there is none.
            framing: of that reply; None where it is no stream.
        """
        return Shapes(
            error=lambda status, message: self.error(contract, operation, status, message),
            failure=lambda: (
                None if operation is None else self.event(Match(contract=contract, operation=operation), framing)
            ),
        )

    def event(self, match: Match, framing: str | None) -> bytes | None:
        """Return the event with which a stream breaks off, framed alone; None where the contract declares none.

        Raises:
            GenerationError: the contract allows no example.
        """
        stream = match.operation.stream
        if stream is None or not (names := sorted(stream.failures & stream.events.keys())):
            return None
        schema, wishes = stream.events[names[0]], next(naming(stream, names[0]), [])
        value = self._generators[match.contract.provider].value(schema.uri, PlainSource(), wishes)
        return encode([(names[0], value)], "sse", stream)[0] if framing == "sse" else replies.encoded(value)
