"""Asks LLM providers: retries, deadlines, and streams that tell how they ended."""

from __future__ import annotations

import asyncio
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

    Within the context a task reads the provider at its own pace, until the deadline: what the circuit breaker learns,
    and how long the connection is held, is not up to whoever iterates. What has not been taken yet waits; the limit of
    the answer's size is that of the queue, too. On leaving, the connection is closed, also when nobody wants the rest.
    """

    def __init__(
        self, source: AsyncGenerator[str | Answer], first: str | Answer, deadline: Deadline, name: str
    ) -> None:
        self._source = source
        self._first = first
        self._deadline = deadline
        self._name = name
        self._arrived: asyncio.Queue[str | None] = asyncio.Queue()
        self._answer: Answer | None = None

    @property
    def answer(self) -> Answer:
        """Return the whole answer; there is one when the iteration has ended by itself."""
        if self._answer is None:
            raise BrokenOffError(f"{self._name}: the answer is not whole yet")
        return self._answer

    async def __aenter__(self) -> Self:
        """Begin to read."""
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._source.aclose()  # for a task that was cancelled before it began

    def __aiter__(self) -> Self:
        """Return itself; what has been read is not read again."""
        return self

    async def __anext__(self) -> str:
        """Return the next piece.

        Raises:
            Problem: the answer broke off, or took too long.
        """
        piece = await self._arrived.get()
        if piece is None:
            self._arrived.put_nowait(None)  # for whoever asks again
            self._answer = await self._reading
            raise StopAsyncIteration
        return piece

    async def _read(self) -> Answer:
        """Put the pieces into the queue, and None behind the last."""
        item = self._first
        try:
            async with self._deadline.limit():
                while isinstance(item, str):
                    self._arrived.put_nowait(item)
                    item = await anext(self._source)
                return item
        except TimeoutError:
            seconds = self._deadline.seconds
            raise TimedOutError(f"timeout: {self._name} did not come to an end within {seconds:g} s") from None
        finally:
            self._arrived.put_nowait(None)


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
