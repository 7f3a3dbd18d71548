"""Generated answers for the requests of code that is tested, each made when the request comes."""

from __future__ import annotations

from threading import Lock

from tapecheck.checking.payload import Document, read_document
from tapecheck.contracts import Contracts, Match
from tapecheck.faults import Reply
from tapecheck.generation.drawn import DrawnSource
from tapecheck.model import Request
from tapecheck.serving.examples import asks_for_stream, named_framing
from tapecheck.serving.routing import route
from tapecheck.testing.generated_answer import GeneratedAnswer
from tapecheck.testing.making import Answering


class Playing:
    """Answers the requests for one operation, and no others.

    Args:
        contracts: of all providers.
        answering: makes the answers.
        source: of choices; each answer has as many as the first.
        stream: whether only requests that ask for a stream are answered, or only others; None is for both.

    Attributes:
        answers: that were given, in order.
        asked: how many requests for the operation came.
        stopped: what Hypothesis raised to end this example, if it did.
    """

    def __init__(self, contracts: Contracts, answering: Answering, source: DrawnSource, *, stream: bool | None) -> None:
        self.answers: list[GeneratedAnswer] = []
        self.asked = 0
        self.stopped: BaseException | None = None
        self._contracts = contracts
        self._answering = answering
        self._source = source
        self._stream = stream
        self._lock = Lock()

    def __repr__(self) -> str:
        """Return where to look: the answers come later, when they are asked for."""
        return "the answers that are shown below"

    def answer(self, request: Request) -> Reply | None:
        """Return an answer to a request; None where it is for something else. It may be called in any thread.

        Raises:
            GenerationError: the contract allows no example.
        """
        match = self._answering.match
        found = route(self._contracts, request.method, request.uri).found
        if not isinstance(found, Match) or found.operation is not match.operation:
            return None
        body = read_document(request.body)
        value = body.value if isinstance(body, Document) else None
        stream = match.operation.stream
        streamed = stream is not None and asks_for_stream(stream, value)
        if self._stream not in (None, streamed):
            return None
        framing = named_framing(stream, request) if stream is not None else None
        with self._lock:
            self.asked += 1
            try:
                answer = self._answering.answer(self._source.fresh(), streamed=streamed, request=value, framing=framing)
            except BaseException as error:
                self.stopped = error
                raise
            self.answers.append(answer)
            return answer.reply
