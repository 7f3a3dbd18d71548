"""Anthropic, as the rest of the service sees it."""

from __future__ import annotations

from typing import Final

from backend.llm.protocol import Answer, Call, Prompt, Provider
from backend.llm.reading import failure_words
from backend.providers.anthropic.answers import answer
from backend.providers.anthropic.requests import call
from backend.providers.anthropic.streams import MessageReader


class Anthropic:
    """The provider; see `Provider`."""

    name = "anthropic"
    base_url = "https://api.anthropic.com"
    default_model = "claude-haiku-4-5-20251001"

    def call(self, prompt: Prompt, key: str, *, stream: bool) -> Call:
        """Return the request that asks for an answer, or for a stream of it."""
        return call(prompt, key, stream=stream)

    def answer(self, body: bytes) -> Answer:
        """Read an answer.

        Raises:
            UpstreamError: it is not an answer of Anthropic.
            BrokenOffError: it does not say why the model stopped, so it is not whole.
        """
        return answer(body)

    def reader(self) -> MessageReader:
        """Return what reads a stream."""
        return MessageReader()

    def failure(self, body: bytes) -> str:
        """Return the provider's own words from the body of an error, "" where there are none."""
        return failure_words(body)


PROVIDER: Final[Provider] = Anthropic()
