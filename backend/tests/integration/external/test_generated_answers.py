"""Whatever a provider may answer, recorded or not: the service never breaks, and takes nothing that was cut for whole.

The answers are generated from the contracts, with fields and values that nobody declared. There are a few for each
provider, and as many as the environment variable `TAPECHECK_GENERATED_ANSWERS` says.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.errors import UpstreamError
from backend.parts import World
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.chatting import SETTINGS, events, text
from backend.tests.network import CountingTransport, WatchedBody
from backend.tests.unit.providers.streaming import read_stream
from backend.tests.unit.providers.tapes import decode
from tapecheck.testing import answers

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from tapecheck.testing import GeneratedAnswer

pytestmark = [pytest.mark.anyio, pytest.mark.block_network]

EXAMPLES: Final = int(os.environ.get("TAPECHECK_GENERATED_ANSWERS", "25"))
GUARD: Final = 60
"""Seconds after which a request counts as one that hangs."""
OPERATIONS: Final = (
    ("anthropic", "messages", False),
    ("anthropic", "messages", True),
    ("deepseek", "chat.completions", False),
    ("deepseek", "chat.completions", True),
    ("gemini", "generateContent", False),
    ("gemini", "streamGenerateContent", True),
    ("openai", "chat.completions", False),
    ("openai", "chat.completions", True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a provider sends: an answer, or the beginning of one.

    Attributes:
        answer: whole.
        pieces: of it, that are sent before the connection ends as if all were well.
    """

    answer: GeneratedAnswer
    pieces: tuple[bytes, ...]

    @property
    def is_cut(self) -> bool:
        return b"".join(self.pieces) != self.answer.body

    def response(self) -> httpx.Response:
        return httpx.Response(self.answer.status, headers=self.answer.headers, stream=WatchedBody(*self.pieces))


@st.composite
def sent(draw: DrawFn, whole: st.SearchStrategy[GeneratedAnswer]) -> Sent:
    """Whole answers, and ones that are cut before an event or within one."""
    answer = draw(whole)
    if not draw(st.booleans()):
        return Sent(answer=answer, pieces=answer.pieces)
    last = draw(st.integers(0, len(answer.pieces) - 1))
    rest = answer.pieces[last]
    return Sent(answer=answer, pieces=(*answer.pieces[:last], rest[: draw(st.integers(0, len(rest) - 1))]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The service, and what its providers send.

    Attributes:
        outcomes: how often it ended how.
    """

    client: httpx.AsyncClient
    agent: str
    provider: str
    stream: bool
    sending: list[Sent]
    outcomes: Counter[str] = field(default_factory=Counter)

    async def ask(self, sent: Sent) -> None:
        self.sending[:] = [sent]
        question = {"message": "Who are you?", "stream": self.stream, **SETTINGS[self.provider]}
        body = {"agent_id": self.agent, "provider": self.provider, **question}
        async with asyncio.timeout(GUARD):
            response = await self.client.post("/api/agent/chat", json=body)
        outcome = streamed(response) if self.stream and response.status_code == 200 else plain(response)
        assert not (sent.is_cut and outcome == "whole"), "what was cut is taken for whole"
        self.outcomes[f"{'cut' if sent.is_cut else 'sent whole'}: {outcome}"] += 1


def plain(response: httpx.Response) -> str:
    """Return how an answer ended that was not streamed."""
    if response.status_code == 200:
        assert isinstance(response.json()["message"], str)
        return "whole"
    check_problem(response.json(), response.status_code)
    return str(response.status_code)


def streamed(response: httpx.Response) -> str:
    """Return how a stream of ours ended."""
    (begun, _), *pieces, (ended, last) = events(response)
    assert begun == "start"
    if ended == "error":
        check_problem(last, last["status"])
        assert last["partial"] == text(pieces)
        return f"error {last['status']}"
    assert ended == "end"
    assert last["message"] == text(pieces)
    return "whole"


def check_problem(document: dict[str, Any], status: int) -> None:
    assert document["status"] == status
    assert document["detail"]
    assert status != 500


@asynccontextmanager
async def asking(database_url: str, redis_url: str, provider: str, *, stream: bool) -> AsyncIterator[Asking]:
    sending: list[Sent] = []
    world = World(transport=CountingTransport(lambda request: sending[0].response()))
    chosen = Settings(chat_retries=0, breaker_failures=1_000_000)
    async with client_of(make_app(database_url, redis_url, world=world, settings=chosen)) as client:
        agent = await create_agent(client)
        yield Asking(client=client, agent=agent, provider=provider, stream=stream, sending=sending)


@pytest.mark.parametrize(("provider", "operation", "stream"), OPERATIONS)
async def test_whatever_is_answered(
    anyio_backend: str,
    database_url: str,
    redis_url: str,
    record_property: Callable[[str, object], None],
    *,
    provider: str,
    operation: str,
    stream: bool,
) -> None:
    loop = asyncio.get_running_loop()
    async with asking(database_url, redis_url, provider, stream=stream) as service:

        @settings(max_examples=EXAMPLES, database=None)
        @given(sent=sent(answers(provider, operation, stream=stream)))
        def holds(sent: Sent) -> None:
            asyncio.run_coroutine_threadsafe(service.ask(sent), loop).result()

        await asyncio.to_thread(holds)

    record_property("outcomes", dict(service.outcomes))
    assert service.outcomes["sent whole: whole"]
    assert service.outcomes.total() > service.outcomes["sent whole: whole"]


@pytest.mark.parametrize(
    ("provider", "operation"), [(provider, operation) for provider, operation, stream in OPERATIONS if stream]
)
def test_no_beginning_of_a_stream_is_whole(
    record_property: Callable[[str, object], None], provider: str, operation: str
) -> None:
    outcomes: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, database=None)
    @given(answer=answers(provider, operation, stream=True))
    def holds(answer: GeneratedAnswer) -> None:
        outcomes[f"sent whole: {as_read(provider, answer.pieces)}"] += 1
        for count in range(len(answer.pieces)):
            outcome = as_read(provider, answer.pieces[:count])
            assert outcome != "whole", f"the first {count} events are taken for whole"
            outcomes[f"cut: {outcome}"] += 1

    holds()
    record_property("outcomes", dict(outcomes))
    assert outcomes["sent whole: whole"]


def as_read(provider: str, pieces: Iterable[bytes]) -> str:
    """Return how a stream of these events ends for its reader."""
    try:
        read_stream(PROVIDERS[provider].reader(), decode(b"".join(pieces)))
    except UpstreamError as error:
        return type(error).__name__
    return "whole"
