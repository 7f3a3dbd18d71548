"""Puts Gemini's answers together from their pieces, of which a whole answer has one."""

from __future__ import annotations

from typing import Final

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.protocol import Answer, FinishReason, ToolCall, Usage
from backend.llm.reading import json_text
from backend.providers.gemini.pieces import WHO, Candidate, FunctionCall, Piece, read_piece

_FINISH_REASONS: Final = {
    "STOP": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.CONTENT_FILTER,
    "RECITATION": FinishReason.CONTENT_FILTER,
    "BLOCKLIST": FinishReason.CONTENT_FILTER,
    "PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "SPII": FinishReason.CONTENT_FILTER,
    "IMAGE_SAFETY": FinishReason.CONTENT_FILTER,
    "IMAGE_PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "IMAGE_RECITATION": FinishReason.CONTENT_FILTER,
}


class Gathering:
    """Puts pieces of an answer together, in order.

    Attributes:
        finish_reason: why the model stopped, once that is known.
        usage: what the answer costs, by the last piece that says it.
    """

    def __init__(self) -> None:
        self.finish_reason: FinishReason | None = None
        self.usage = Usage()
        self._texts: list[str] = []
        self._calls: list[ToolCall] = []
        self._model = ""

    @property
    def text(self) -> str:
        """Return the text so far."""
        return "".join(self._texts)

    def add(self, piece: Piece) -> tuple[str, ...]:
        """Take a piece and return its texts."""
        self._model = self._model or piece.model_version
        if piece.usage_metadata is not None:
            self.usage = piece.usage_metadata.usage()
        if piece.blocked:
            self.finish_reason = FinishReason.CONTENT_FILTER
        return self._add_candidate(piece.candidate)

    def answer(self) -> Answer:
        """Return the answer, all pieces being there.

        Raises:
            BrokenOffError: none of them says why the model stopped, so one is missing.
        """
        if self.finish_reason is None:
            raise BrokenOffError(
                f"{WHO}'s answer is not whole: no /candidates/0/finishReason says why; try again", partial=self.text
            )
        wants_calls = self.finish_reason is FinishReason.STOP and self._calls
        return Answer(
            message=self.text,
            model=self._model,
            finish_reason=FinishReason.TOOL_CALLS if wants_calls else self.finish_reason,
            usage=self.usage,
            tool_calls=tuple(self._calls),
        )

    def _add_candidate(self, candidate: Candidate) -> tuple[str, ...]:
        texts = tuple(part.text for part in candidate.parts if part.text and not part.thought)
        self._texts.extend(texts)
        for part in candidate.parts:
            if part.function_call is not None:
                self._calls.append(self._call(part.function_call))
        if candidate.finish_reason is not None:
            self.finish_reason = _FINISH_REASONS.get(candidate.finish_reason, FinishReason.OTHER)
        return texts

    def _call(self, call: FunctionCall) -> ToolCall:
        """Return a call in our words; where it has no id, its place among the calls makes one."""
        arguments = json_text(call.args or {}, WHO)
        return ToolCall(id=call.id or f"call_{len(self._calls)}", name=call.name, arguments=arguments)


def answer(body: bytes) -> Answer:
    """Read a whole answer.

    A prompt that is refused is an empty answer whose reason is `CONTENT_FILTER`; a call that the model wrote wrongly,
    which Gemini keeps to itself, is one whose reason is `OTHER`.

    Raises:
        UpstreamError: it is not an answer of Gemini.
        BrokenOffError: it does not say why the model stopped, so it is not whole.
    """
    piece = read_piece(body)
    if not piece.candidates and not piece.blocked:
        raise UpstreamError(f"{WHO} sent neither /candidates/0 nor /promptFeedback/blockReason; try again")
    gathering = Gathering()
    gathering.add(piece)
    return gathering.answer()
