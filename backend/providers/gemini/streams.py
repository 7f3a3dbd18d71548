"""Reads Gemini's streams (https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent).

Each event is a piece of the answer. Nothing ends the stream but a piece that says why the model stopped, or that the
prompt is refused. A model that has the provider run code may stop with the code, and goes on with what that gave.
"""

from __future__ import annotations

from backend.errors import UpstreamError
from backend.llm.protocol import Answer, FinishReason
from backend.providers.gemini.answers import Gathering
from backend.providers.gemini.pieces import WHO, Candidate, Piece, read_piece
from tapecheck import SSEEvent


class PieceReader:
    """Reads one stream; see `Reader`."""

    def __init__(self) -> None:
        self._gathering = Gathering()
        self._counted = 0
        self._recounts = False

    @property
    def text(self) -> str:
        """Return the text so far."""
        return self._gathering.text

    def feed(self, event: SSEEvent) -> tuple[str, ...]:
        """Take an event and return the pieces of text in it; one that is not complete has not arrived.

        Raises:
            UpstreamError: it is not an event of Gemini, cannot stand where it stands, or reports a failure.
        """
        if not event.complete:
            return ()
        piece = read_piece(event.data)
        self._check_end(piece.candidate)
        self._check_count(piece)
        texts = self._gathering.add(piece)
        self._go_on_after_code(piece.candidate)
        return texts

    def close(self) -> Answer:
        """Return the answer, the body having ended.

        Raises:
            BrokenOffError: no event said why the model stopped; `partial` is the text so far.
        """
        return self._gathering.answer()

    def _check_end(self, candidate: Candidate) -> None:
        if candidate.parts and self._gathering.finish_reason is not None:
            raise UpstreamError(f"{WHO}'s stream is out of order: more came behind its finishReason; try again")

    def _check_count(self, piece: Piece) -> None:
        """Tell of pieces that changed places: the tokens of the answer so far never become fewer.

        They may once the provider's own tools have run, as the model is then asked once more.
        """
        count = None if piece.usage_metadata is None else piece.usage_metadata.candidates_token_count
        self._recounts = self._recounts or any(part.recounts for part in piece.candidate.parts)
        if count is None or self._recounts:
            return
        if count < self._counted:
            raise UpstreamError(
                f"{WHO}'s stream is out of order: /usageMetadata/candidatesTokenCount fell from {self._counted} "
                f"to {count}; try again"
            )
        self._counted = count

    def _go_on_after_code(self, candidate: Candidate) -> None:
        stopped = self._gathering.finish_reason is FinishReason.STOP
        if stopped and any(part.runs_code for part in candidate.parts):
            self._gathering.finish_reason = None
