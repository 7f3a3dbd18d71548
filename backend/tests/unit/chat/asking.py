"""OpenAI as it is on our cassettes, for tests of who asks it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from backend.cache.client import make_client as make_cache_client
from backend.chat.exchange import Exchange
from backend.chat.service import Chat
from backend.llm.accounts import Account, accounts
from backend.llm.protocol import Answer, Prompt
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import make_client
from backend.outgoing.retries import Retrier
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.network import CountingTransport
from backend.tests.unit.providers.tapes import COUNT, requests_and_answers
from backend.tests.virtual_clock import VirtualClock

KEY = "sk-the-key-of-this-service"
ACCOUNTS = accounts(PROVIDERS, {f"{name.upper()}_API_KEY": KEY for name in PROVIDERS})
OPENAI = ACCOUNTS["openai"]
PROMPT = Prompt(model="gpt-4.1-mini", message=COUNT, temperature=0)
PLAIN = requests_and_answers("openai", "chat.completions", "plain")
STREAMED = requests_and_answers("openai", "chat.completions", "streamed")
BLOCKS = [block + b"\n\n" for block in STREAMED.body.split(b"\n\n") if block.strip()]
"""The events of the stream; the third is the first with text that is not the beginning of it."""

MESSAGE = "one, two, three, four, five"
OPEN_FOR = 30
LIMIT = 100_000


class Body(httpx.AsyncByteStream):
    """The body of an answer.

    Args:
        parts: what comes; an error is raised, and for None nothing comes until the reader leaves.

    Attributes:
        closed: whether the connection would have been closed.
        waiting: set when nothing more comes.
    """

    def __init__(self, *parts: bytes | Exception | None) -> None:
        self._parts = parts
        self.closed = False
        self.waiting = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if part is None:
                self.waiting.set()
                await asyncio.get_running_loop().create_future()
            elif isinstance(part, Exception):
                raise part
            else:
                yield part

    async def aclose(self) -> None:
        self.closed = True


def plain(content: bytes = PLAIN.body, status: int = 200, **headers: str) -> httpx.Response:
    fields = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.Response(status, content=content, headers=fields)


def streamed(body: Body) -> httpx.Response:
    return httpx.Response(200, stream=body, headers={"content-type": "text/event-stream; charset=utf-8"})


def one_after_the_other(answers: Sequence[httpx.Response | Exception]) -> Callable[[httpx.Request], httpx.Response]:
    """Return what answers each request with the next of these."""
    left = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        found = next(left)
        if isinstance(found, Exception):
            raise found
        return found

    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Who asks, and what is asked."""

    exchange: Exchange
    chat: Chat
    transport: CountingTransport
    breakers: Breakers
    clock: VirtualClock

    async def states(self) -> dict[str, str]:
        return {host: str(state) for host, state in (await self.breakers.states()).items()}


@asynccontextmanager
async def bench(
    redis_url: str,
    *answers: httpx.Response | Exception,
    failures: int = 2,
    timeout: float = 60,
    read_timeout: float = 30,
) -> AsyncIterator[Bench]:
    """Give who asks a network that gives these answers, one after the other.

    Args:
        redis_url: of a Valkey.
        answers: responses, or what goes wrong.
        failures: so many open the breaker.
        timeout: seconds for the whole of an answer.
        read_timeout: seconds for the next bytes of a stream that has begun.
    """
    clock, transport = VirtualClock(), CountingTransport(one_after_the_other(answers))
    valkey = make_cache_client(redis_url)
    breakers = Breakers(valkey, clock, failures=failures, open_for=OPEN_FOR, probe_for=150)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(valkey.aclose)
        stack.push_async_callback(breakers.aclose)
        client = await stack.enter_async_context(make_client(Settings(read_timeout=read_timeout), transport))
        exchange = Exchange(client=client, breakers=breakers, clock=clock, answer_bytes=LIMIT)
        chat = Chat(
            ACCOUNTS,
            exchange,
            retrier=Retrier(clock, lambda: 0.0),
            settings=Settings(chat_retries=2, chat_timeout=timeout),
        )
        yield Bench(exchange=exchange, chat=chat, transport=transport, breakers=breakers, clock=clock)


def keyless(account: Account) -> Account:
    return Account(provider=account.provider, base_url=account.base_url, key=None, key_variable=account.key_variable)


async def collect(source: AsyncIterable[str | Answer], found: list[str | Answer]) -> None:
    """Add to `found` what comes, until it ends or breaks off."""
    async for piece in source:
        found.append(piece)  # noqa: PERF401 - a comprehension would lose what came before an error
