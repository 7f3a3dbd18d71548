"""One attempt to get an answer from a provider: one HTTP request, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import httpx

from backend.clock import Clock, Deadline
from backend.errors import BrokenOffError, Problem, RateLimitedError, UpstreamError
from backend.llm.accounts import Account
from backend.llm.protocol import Answer, Prompt, Reader
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import iter_bounded, read_bounded, translating
from backend.outgoing.origins import origin
from backend.outgoing.retry_after import parse_retry_after
from backend.outgoing.urls import parse_url
from tapecheck import SSEDecoder, StreamError

JSON: Final = "application/json"
SSE: Final = "text/event-stream"
TELLING: Final = 8
"""So many first characters of a key are not told either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Asks providers, each behind its circuit breaker.

    Attributes:
        client: sends the requests. Its read time-out begins with the first piece of text: a model that thinks sends
            nothing for as long, and only the deadline ends that.
        breakers: are told of each failure.
        clock: tells how far off a `Retry-After` is.
        answer_bytes: the most that an answer may have.
    """

    client: httpx.AsyncClient
    breakers: Breakers
    clock: Clock
    answer_bytes: int

    async def answer(self, account: Account, prompt: Prompt, deadline: Deadline) -> Answer:
        """Return a whole answer.

        Raises:
            Problem: there is none.
        """
        async with self._response(account, prompt, deadline, stream=False) as response:
            return account.provider.answer(await read_bounded(response, self.answer_bytes))

    async def stream(self, account: Account, prompt: Prompt, deadline: Deadline) -> AsyncGenerator[str | Answer]:
        """Yield the pieces of text as they come, and last the whole answer.

        Raises:
            Problem: there is none, or it broke off.
        """
        reader = account.provider.reader()
        async with (
            self._response(account, prompt, deadline, stream=True) as response,
            aclosing(self._pieces(account.provider.name, response, reader)) as pieces,
        ):
            async for piece in pieces:
                yield piece
            whole = reader.close()
        # The breaker has been told by now: whoever takes the answer need not come back for more.
        yield whole

    async def _pieces(self, name: str, response: httpx.Response, reader: Reader) -> AsyncGenerator[str]:
        decoder = SSEDecoder(max_line=self.answer_bytes, max_event=self.answer_bytes)
        patience: float | None = None
        try:
            async with aclosing(iter_bounded(response, self.answer_bytes)) as chunks:
                while (chunk := await _next(chunks, patience)) is not None:
                    for piece in (piece for event in decoder.feed(chunk) for piece in reader.feed(event)):
                        patience = self.client.timeout.read
                        yield piece
            last = decoder.close()
        except StreamError as error:
            raise BrokenOffError(
                f"{name} sent a stream that cannot be read: {error.message}", partial=reader.text
            ) from None
        for piece in () if last is None else reader.feed(last):
            yield piece

    @asynccontextmanager
    async def _response(
        self, account: Account, prompt: Prompt, deadline: Deadline, *, stream: bool
    ) -> AsyncIterator[httpx.Response]:
        call = account.provider.call(prompt, account.secret(), stream=stream)
        headers = {**call.headers, "accept": SSE if stream else JSON}
        name, url = account.provider.name, account.base_url + call.path
        # A model that thinks sends nothing for as long; `_pieces` has a time-out of its own.
        timeout = httpx.Timeout(**{**self.client.timeout.as_dict(), "read": None})
        async with self.breakers.permit(origin(parse_url(url)), deadline):
            with hiding(account.secret()), translating(name):
                async with self.client.stream(
                    "POST", url, headers=headers, json=call.body, timeout=timeout
                ) as response:
                    if not response.is_success:
                        raise await self._failure(account, response)
                    _expect(name, response, SSE if stream else JSON)
                    yield response

    async def _failure(self, account: Account, response: httpx.Response) -> Problem:
        body = await read_bounded(response, self.answer_bytes)
        return failure(account, response, body, self.clock.now())


@contextmanager
def hiding(key: str) -> Iterator[None]:
    """Take a key out of what a `Problem` tells: a provider's own words may quote it, and be cut off within it.

    Args:
        key: hidden, and so are its beginnings of `TELLING` characters and more.
    """
    try:
        yield
    except Problem as problem:
        for end in range(len(key), min(len(key), TELLING) - 1, -1):
            problem.detail = problem.detail.replace(key[:end], "[hidden]")
        problem.args = (problem.detail,)
        raise


def failure(account: Account, response: httpx.Response, body: bytes, now: datetime) -> Problem:
    """Return what a provider's error means to whoever asked us; its own words may quote the key, see `hiding`."""
    name, status = account.provider.name, response.status_code
    wait = parse_retry_after(response.headers.get("retry-after"), now)
    if status in {401, 403}:  # the provider's own words may quote a part of the key, or say whose it is
        detail = f"{name} rejects the key ({status}): look at {account.key_variable}"
        return UpstreamError(detail, transient=False, blames_host=False)
    words = account.provider.failure(body)
    said = f"{name} answered {status}" + (f": {words}" if words else "")
    if status == 429:
        return RateLimitedError(said, retry_after=wait)
    at_fault = status >= 500 or status == 408
    return UpstreamError(said, retry_after=wait, transient=at_fault or status in {409, 425}, blames_host=at_fault)


async def _next(chunks: AsyncGenerator[bytes], patience: float | None) -> bytes | None:
    """Return the next chunk, None when there are no more; a `TimeoutError` when none comes for so many seconds."""
    async with asyncio.timeout(patience):
        return await anext(chunks, None)


def _expect(name: str, response: httpx.Response, wanted: str) -> None:
    got = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if got != wanted:
        raise UpstreamError(f"{name} answered with content type {got[:80] or 'none'!r}, expected {wanted}")
