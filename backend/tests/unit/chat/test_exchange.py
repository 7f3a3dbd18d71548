from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.chat.exchange import failure, hiding
from backend.clock import Deadline
from backend.errors import BrokenOffError, Problem, RateLimitedError, TimedOutError, UnavailableError, UpstreamError
from backend.llm.protocol import Answer
from backend.llm.reading import MAX_WORDS
from backend.tests.unit.chat.asking import (
    ACCOUNTS,
    BLOCKS,
    KEY,
    LIMIT,
    MESSAGE,
    OPEN_FOR,
    OPENAI,
    PLAIN,
    PROMPT,
    STREAMED,
    Bench,
    Body,
    bench,
    collect,
    keyless,
    plain,
    streamed,
)
from backend.tests.unit.providers.tapes import same_json

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOST = "https://api.openai.com"


def deadline(bench: Bench, seconds: float = 60) -> Deadline:
    return Deadline(bench.clock, seconds)


async def read(bench: Bench) -> list[str | Answer]:
    return [piece async for piece in bench.exchange.stream(OPENAI, PROMPT, deadline(bench))]


# --- what is asked, and what comes of it -----------------------------------------------------------------------------


async def test_a_whole_answer(redis_url: str) -> None:
    async with bench(redis_url, plain()) as asking:
        answer = await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))
    assert answer == OPENAI.provider.answer(PLAIN.body)
    [request] = asking.transport.requests
    assert (request.method, str(request.url)) == ("POST", "https://api.openai.com/v1/chat/completions")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert (request.headers["content-type"], request.headers["accept"]) == ("application/json", "application/json")
    assert json.loads(request.content) == OPENAI.provider.call(PROMPT, KEY, stream=False).body


@pytest.mark.parametrize("size", [1, 7, len(STREAMED.body)])
async def test_a_stream_however_it_comes(redis_url: str, size: int) -> None:
    parts = [STREAMED.body[start : start + size] for start in range(0, len(STREAMED.body), size)]
    async with bench(redis_url, streamed(body := Body(*parts))) as asking:
        *pieces, answer = await read(asking)
    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.message == MESSAGE
    assert body.closed
    [request] = asking.transport.requests
    assert request.headers["accept"] == "text/event-stream"
    assert same_json(json.loads(request.content), STREAMED.request)


async def test_pieces_come_before_the_stream_has_ended(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:2], None))) as asking:
        source = asking.exchange.stream(OPENAI, PROMPT, deadline(asking))
        assert await anext(source) == "one"
        early = body.closed
        await source.aclose()
        assert (early, body.closed) == (False, True)


async def test_without_a_key_nobody_is_asked(redis_url: str) -> None:
    async with bench(redis_url) as asking:
        with pytest.raises(UnavailableError, match="set OPENAI_API_KEY"):
            await asking.exchange.answer(keyless(OPENAI), PROMPT, deadline(asking))
        with pytest.raises(UnavailableError, match="set OPENAI_API_KEY"):
            await anext(asking.exchange.stream(keyless(OPENAI), PROMPT, deadline(asking)))
    assert asking.transport.requests == []


# --- answers that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", ["text/html", "", "text/event-stream", "x" * 1000])
async def test_an_answer_that_is_not_called_json(redis_url: str, content_type: str) -> None:
    async with bench(redis_url, plain(content_type=content_type)) as asking:
        with pytest.raises(UpstreamError, match="expected application/json") as caught:
            await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))
    assert len(caught.value.detail) < 200


async def test_the_name_of_a_content_type_has_no_case(redis_url: str) -> None:
    async with bench(redis_url, plain(content_type="Application/JSON ; charset=UTF-8")) as asking:
        assert await asking.exchange.answer(OPENAI, PROMPT, deadline(asking)) == OPENAI.provider.answer(PLAIN.body)


async def test_json_in_place_of_a_stream(redis_url: str) -> None:
    async with bench(redis_url, plain()) as asking:
        with pytest.raises(UpstreamError, match="expected text/event-stream"):
            await read(asking)


async def test_an_answer_that_is_too_large(redis_url: str) -> None:
    long = b" " * (LIMIT + 1)
    async with bench(redis_url, plain(long), streamed(body := Body(b": " + long))) as asking:
        with pytest.raises(UpstreamError, match=f"more than {LIMIT} bytes"):
            await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))
        with pytest.raises(UpstreamError, match=f"more than {LIMIT} bytes"):
            await read(asking)
    assert body.closed


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (b"data: \xff\n\n", BrokenOffError),
        (b"", BrokenOffError),
        (BLOCKS[2][:-5], BrokenOffError),
        (b"data: {}\n\n", UpstreamError),
        (httpx.ReadError("reset"), BrokenOffError),
        (httpx.RemoteProtocolError("closed"), BrokenOffError),
        (httpx.ReadTimeout("slow"), TimedOutError),
    ],
    ids=["not UTF-8", "nothing", "half an event", "no chunk", "reset", "closed", "slow"],
)
async def test_a_stream_that_breaks_off_is_never_whole(
    redis_url: str, end: bytes | Exception, kind: type[Problem]
) -> None:
    found: list[str | Answer] = []
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:2], end))) as asking:
        with pytest.raises(kind) as caught:
            await collect(asking.exchange.stream(OPENAI, PROMPT, deadline(asking)), found)
    assert type(caught.value) is kind
    assert found == ["one"]
    assert body.closed


@pytest.mark.parametrize(
    ("error", "kind"), [(httpx.ConnectError("refused"), UpstreamError), (httpx.ReadTimeout("slow"), TimedOutError)]
)
async def test_errors_of_the_connection(redis_url: str, error: Exception, kind: type[Problem]) -> None:
    async with bench(redis_url, error) as asking:
        with pytest.raises(kind, match="openai"):
            await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))


# --- the circuit breaker ---------------------------------------------------------------------------------------------


async def fail(asking: Bench) -> None:
    for _ in range(2):
        with pytest.raises(UpstreamError):
            await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))


async def test_failures_open_the_breaker(redis_url: str) -> None:
    async with bench(redis_url, plain(status=500), plain(status=500)) as asking:
        await fail(asking)
        with pytest.raises(UnavailableError, match=HOST):
            await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))
        with pytest.raises(UnavailableError, match=HOST):
            await read(asking)
        assert len(asking.transport.requests) == 2
        assert await asking.states() == {HOST: "open"}


async def test_rejected_requests_and_rate_limits_do_not(redis_url: str) -> None:
    async with bench(redis_url, *(plain(status=status) for status in (400, 401, 402, 429))) as asking:
        for _ in range(4):
            with pytest.raises(Problem):
                await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))
        assert await asking.states() == {}


async def test_a_stream_that_breaks_off_counts_as_a_failure(redis_url: str) -> None:
    async with bench(redis_url, *(streamed(Body(*BLOCKS[:3])) for _ in range(2))) as asking:
        for _ in range(2):
            with pytest.raises(BrokenOffError):
                await read(asking)
        assert await asking.states() == {HOST: "open"}


async def test_a_whole_stream_closes_the_breaker_though_nobody_comes_back_for_more(redis_url: str) -> None:
    async with bench(redis_url, plain(status=500), plain(status=500), streamed(body := Body(STREAMED.body))) as asking:
        await fail(asking)
        asking.clock.advance(OPEN_FOR)
        source = asking.exchange.stream(OPENAI, PROMPT, deadline(asking))
        while isinstance(await anext(source), str):
            pass
        assert await asking.states() == {}
        assert body.closed
        await source.aclose()


async def test_who_leaves_in_the_middle_makes_way_for_another_probe(redis_url: str) -> None:
    answers = (plain(status=500), plain(status=500), streamed(body := Body(*BLOCKS[:3], None)), plain())
    async with bench(redis_url, *answers) as asking:
        await fail(asking)
        asking.clock.advance(OPEN_FOR)
        source = asking.exchange.stream(OPENAI, PROMPT, deadline(asking))
        await anext(source)
        with pytest.raises(UnavailableError):
            await asking.exchange.answer(OPENAI, PROMPT, deadline(asking))
        await source.aclose()
        assert body.closed
        assert await asking.exchange.answer(OPENAI, PROMPT, deadline(asking)) == OPENAI.provider.answer(PLAIN.body)
        assert await asking.states() == {}


async def test_who_is_cancelled_closes_the_connection(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:2], None))) as asking:
        source = asking.exchange.stream(OPENAI, PROMPT, deadline(asking))
        await anext(source)
        waiting = asyncio.ensure_future(anext(source))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert body.closed
        assert await asking.states() == {}


# --- errors ----------------------------------------------------------------------------------------------------------


def told(status: int, body: bytes = b"", name: str = "openai", retry_after: str | None = None) -> Problem:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return failure(ACCOUNTS[name], httpx.Response(status, headers=headers), body, NOW)


@pytest.mark.parametrize(
    ("status", "transient", "blamed"),
    [
        (301, False, False),
        (400, False, False),
        (401, False, False),
        (402, False, False),
        (403, False, False),
        (404, False, False),
        (408, True, True),
        (409, True, False),
        (422, False, False),
        (425, True, False),
        (429, True, False),
        (500, True, True),
        (503, True, True),
        (529, True, True),
    ],
)
def test_what_an_error_means(status: int, transient: bool, blamed: bool) -> None:
    problem = told(status, retry_after="7")
    assert (problem.transient, problem.blames_host) == (transient, blamed)
    assert isinstance(problem, RateLimitedError if status == 429 else UpstreamError)
    assert problem.retry_after == (None if status in {401, 403} else 7)
    assert str(status) in problem.detail


def test_a_provider_says_itself_what_is_wrong() -> None:
    assert told(400, b'{"error": {"message": "No such model."}}').detail == "openai answered 400: No such model."


QUOTES: Final = [f"The key {KEY} is not known.", "x" * (MAX_WORDS - 25) + KEY]
"""A provider's own words; of the second the end is cut off, within the key."""


@pytest.mark.parametrize("words", QUOTES, ids=["whole", "cut off"])
@pytest.mark.parametrize("name", ACCOUNTS)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500])
async def test_the_key_is_never_told(redis_url: str, name: str, status: int, words: str) -> None:
    async with bench(redis_url, plain(quoting(words), status)) as asking:
        with pytest.raises(Problem) as caught:
            await asking.exchange.answer(ACCOUNTS[name], PROMPT, deadline(asking))
    assert KEY[:8] not in caught.value.detail + repr(caught.value)


@pytest.mark.parametrize("words", QUOTES, ids=["whole", "cut off"])
@pytest.mark.parametrize("name", ACCOUNTS)
async def test_the_key_is_not_told_within_a_stream(redis_url: str, name: str, words: str) -> None:
    event = b"event: error\ndata: " + quoting(words) + b"\n\n"
    async with bench(redis_url, streamed(Body(event))) as asking:
        with pytest.raises(UpstreamError) as caught:
            await collect(asking.exchange.stream(ACCOUNTS[name], PROMPT, deadline(asking)), [])
    assert KEY[:8] not in caught.value.detail + repr(caught.value)
    assert "[hidden]" in caught.value.detail


@given(key=st.text("ab", min_size=1, max_size=20), words=st.text("ab .", max_size=60), end=st.integers(8, 20))
def test_no_beginning_of_a_key_is_told(key: str, words: str, end: int) -> None:
    with pytest.raises(Problem) as caught, hiding(key):
        raise UpstreamError(f"{words}{key[:end]}")
    assert key[:8] not in caught.value.detail.replace("[hidden]", " ")


def quoting(words: str) -> bytes:
    """Return an error as each provider would take it for its own."""
    error = {"type": "api_error", "code": 500, "status": "INTERNAL", "message": words}
    return json.dumps({"type": "error", "error": error}).encode()


@given(status=st.integers(300, 599), body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_told_in_few_words(status: int, body: bytes) -> None:
    detail = told(status, body).detail
    assert len(detail) < 600
    assert detail.isprintable()
