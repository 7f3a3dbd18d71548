"""Asks LLM providers: retries, deadlines, and streams that tell how they ended."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from backend.chat.exchange import Exchange
from backend.clock import Deadline
from backend.errors import BrokenOffError, TimedOutError
from backend.llm.accounts import Account
from backend.llm.protocol import Answer, Prompt, Provider
from backend.outgoing.retries import Retrier, RetryPolicy
from backend.settings import Settings


class Conversation(AbstractAsyncContextManager["Conversation"]):
    """An answer that is coming: iterate over its pieces, then take the whole.

    Use it as a context manager, so that the connection is closed also when nobody wants the rest.
    """

    def __init__(
        self, source: AsyncGenerator[str | Answer], first: str | Answer, deadline: Deadline, name: str
    ) -> None:
        self._source = source
        self._next: str | Answer | None = first
        self._answer: Answer | None = None
        self._deadline = deadline
        self._name = name

    @property
    def answer(self) -> Answer:
        """Return the whole answer; there is one when the iteration has ended by itself."""
        if self._answer is None:
            raise BrokenOffError(f"{self._name}: the answer is not whole yet")
        return self._answer

    def __aiter__(self) -> Self:
        """Return itself; what has been read is not read again."""
        return self

    async def __anext__(self) -> str:
        """Return the next piece.

        Raises:
            Problem: the answer broke off, or took too long.
        """
        while self._answer is None:
            item, self._next = self._next, None
            if item is None:
                item = await _next(self._source, self._deadline, self._name)
            if isinstance(item, str):
                return item
            self._answer = item
        raise StopAsyncIteration

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        await self._source.aclose()


class Chat:
    """Gets answers from providers.

    Args:
        accounts: the providers, by name.
        exchange: makes one attempt.
        retrier: makes more of them.
        settings: tell how many, how far apart, the deadline, and who answers where no provider is named.
    """

    def __init__(
        self, accounts: Mapping[str, Account], exchange: Exchange, *, retrier: Retrier, settings: Settings
    ) -> None:
        self._accounts = accounts
        self._exchange = exchange
        self._retrier = retrier
        self._policy = RetryPolicy.of(settings, settings.chat_retries)
        self._settings = settings

    def choose(self, name: str | None) -> Provider:
        """Return the provider of that name, the default one for None."""
        return self._accounts[name or self._settings.provider].provider

    async def answer(self, provider: str, prompt: Prompt) -> Answer:
        """Return a whole answer.

        Raises:
            Problem: there is none, however often it was tried.
        """
        account = self._accounts[provider]
        deadline = Deadline(self._exchange.clock, self._settings.chat_timeout)
        return await self._retrier.run(self._policy, lambda: self._exchange.answer(account, prompt, deadline), deadline)

    async def stream(self, provider: str, prompt: Prompt) -> Conversation:
        """Return an answer that has begun to come; until then it is tried as often as any other.

        Raises:
            Problem: none has begun, however often it was tried.
        """
        account = self._accounts[provider]
        deadline = Deadline(self._exchange.clock, self._settings.chat_timeout)

        async def begin() -> Conversation:
            source = self._exchange.stream(account, prompt, deadline)
            try:
                first = await anext(source)
            except BaseException:
                await source.aclose()
                raise
            return Conversation(source, first, deadline, provider)

        return await self._retrier.run(self._policy, begin, deadline)


async def _next(source: AsyncGenerator[str | Answer], deadline: Deadline, name: str) -> str | Answer:
    try:
        async with deadline.limit():
            return await anext(source)
    except TimeoutError:
        raise TimedOutError(f"timeout: {name} did not come to an end within {deadline.seconds:g} s") from None
