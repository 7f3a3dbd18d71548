"""Gemini, as the rest of the service sees it."""

from __future__ import annotations

from typing import Final

from backend.llm.protocol import Answer, Call, Prompt, Provider
from backend.llm.reading import failure_words
from backend.providers.gemini.answers import answer
from backend.providers.gemini.requests import call
from backend.providers.gemini.streams import PieceReader


class Gemini:
    """The provider; see `Provider`."""

    name = "gemini"
    base_url = "https://generativelanguage.googleapis.com"
    default_model = "gemini-2.5-flash"

    def call(self, prompt: Prompt, key: str, *, stream: bool) -> Call:
        """Return the request that asks for an answer, or for a stream of it."""
        return call(prompt, key, stream=stream)

    def answer(self, body: bytes) -> Answer:
        """Read an answer.

        Raises:
            UpstreamError: it is not an answer of Gemini.
            BrokenOffError: it does not say why the model stopped, so it is not whole.
        """
        return answer(body)

    def reader(self) -> PieceReader:
        """Return what reads a stream."""
        return PieceReader()

    def failure(self, body: bytes) -> str:
        """Return the provider's own words from the body of an error, "" where there are none."""
        return failure_words(body)


PROVIDER: Final[Provider] = Gemini()
