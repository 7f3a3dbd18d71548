"""Answers of one operation, made from choices."""

from __future__ import annotations

from dataclasses import dataclass

from tapecheck.contracts import Match
from tapecheck.generation import Generator, Source, encode
from tapecheck.model import JSONValue
from tapecheck.serving import replies
from tapecheck.testing.generated_answer import GeneratedAnswer


@dataclass(frozen=True, slots=True)
class Answering:
    """Makes the answers of one operation.

    Attributes:
        match: the operation.
        generator: of the same contract.
    """

    match: Match
    generator: Generator

    def answer(
        self, source: Source, *, streamed: bool, request: JSONValue = None, framing: str | None = None
    ) -> GeneratedAnswer:
        """Return a success.

        Args:
            source: of choices.
            streamed: whether it is a stream.
            request: the body that asks for it; None where nothing is known of it.
            framing: of the stream; None is for the one that the contract names first.

        Raises:
            GenerationError: the contract allows no example.
        """
        operation, stream = self.match.operation, self.match.operation.stream
        status = min(operation.success)
        events = None
        if streamed and stream is not None:
            chosen = framing or stream.framings[0]
            events = self.generator.stream(operation, source, request)
            reply = replies.stream(status, chosen, encode(events, chosen, stream))
        else:
            reply = replies.document(status, self.generator.answer(operation, source))
        return GeneratedAnswer(
            provider=self.match.contract.provider, operation=operation.name, reply=reply, events=events
        )
